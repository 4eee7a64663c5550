"""What do the objects that someone pointed at say to a segmenter, click by click, and what comes of its answer?"""

from __future__ import annotations

import numpy as np
import pytest

from vizcore.prompting.answers import Answered, of_given
from vizcore.prompting.editing import objects_of
from vizcore.prompting.objects import MOST_OBJECTS, Box, Point, PromptedObject
from vizcore.segmentation import Prompts
from vizcore.segmentation.rle import encode

BOX: Box = (1.0, 1.0, 9.0, 9.0)
INSIDE, OUTSIDE = Point(5, 5), Point(20, 20, positive=False)
MASK = np.array([[True, False], [False, False]])


@pytest.mark.parametrize(
    ("asked", "points"),
    [
        (PromptedObject(1), []),
        (PromptedObject(1, points=(OUTSIDE,)), []),
        (PromptedObject(1, points=(INSIDE, OUTSIDE)), [1, 2]),
        (PromptedObject(1, points=(OUTSIDE, INSIDE)), [2]),
        (PromptedObject(1, points=(OUTSIDE, INSIDE), box=BOX), [0, 1, 2]),
        (PromptedObject(1, given=encode(MASK)), [0]),
        (PromptedObject(1, given=encode(MASK), points=(INSIDE,)), [0, 1]),
    ],
    ids=["nothing", "only background", "clicks", "background first", "box", "a file", "a file and a click"],
)
def test_an_object_grows_by_its_box_and_click_by_click(asked: PromptedObject, points: list[int]) -> None:
    assert [len(each.points) for each in asked.grown()] == points
    assert {each.box for each in asked.grown()} <= {asked.box}


def test_hints_are_what_a_segmenter_is_asked() -> None:
    asked = PromptedObject(3, "cat", (INSIDE, OUTSIDE), BOX, chosen=2)
    assert asked.hints == Prompts(((5, 5), (20, 20)), (1, 0), BOX)
    assert PromptedObject(1).hints == Prompts()


def test_boxes_become_numbered_objects_as_far_as_there_is_room() -> None:
    assert objects_of([]) == []
    assert objects_of([(BOX, "cat")]) == [PromptedObject(1, "cat", box=BOX)]
    many = objects_of([(BOX, str(place)) for place in range(MOST_OBJECTS + 1)])
    assert [each.number for each in many] == list(range(1, MOST_OBJECTS + 1))


def test_the_mask_of_a_file_is_its_only_candidate() -> None:
    rle = encode(MASK)
    answered = Answered(PromptedObject(1, given=rle, chosen=2), of_given(rle))
    assert answered.rank == 0
    assert answered.area == 1
    assert answered.mask.tolist() == MASK.tolist()
    assert np.isnan(answered.found.predicted_iou).all()
    assert answered.logits_on(None).tolist() == [[1, -1], [-1, -1]]  # type: ignore[arg-type]  # no decoder was asked
