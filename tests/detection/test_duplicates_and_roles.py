"""Which boxes stand for one object twice, which are lost, and what happens to each in a step of NMS?"""

from __future__ import annotations

import pytest

from tests.ui.detection_parts import CAT, DOG, FAR_CAT, NEAR_CAT, candidates, detections
from vizcore.detection.choosing import ChoiceSettings, choose_step_by_step, duplicates, missing

THREE: tuple[list[tuple[float, ...]], list[float], list[int]] = ([CAT, NEAR_CAT, DOG], [0.9, 0.8, 0.7], [1, 1, 2])


@pytest.mark.parametrize(
    ("boxes", "class_ids", "twice"),
    [
        ([], [], 0),
        ([CAT], [1], 0),
        ([CAT, NEAR_CAT], [1, 1], 1),
        ([CAT, NEAR_CAT], [1, 2], 0),
        ([CAT, NEAR_CAT, (11, 10, 51, 50)], [1, 1, 1], 2),
        ([CAT, FAR_CAT], [1, 1], 0),  # IoU 1/3
    ],
    ids=["none", "one", "two", "of two classes", "three", "too far"],
)
def test_likely_duplicates(boxes: list[tuple[float, ...]], class_ids: list[int], twice: int) -> None:
    assert duplicates(detections(boxes, [0.9] * len(boxes), class_ids)) == twice


def test_missing_boxes_are_counted_by_answer_and_class() -> None:
    one, both = detections([CAT], [0.9], [1]), detections([CAT, DOG], [0.9, 0.8], [1, 2])
    assert missing(both, one) == 1
    assert missing(one, both) == 0
    assert missing(one, detections([CAT], [0.9], [2])) == 1
    assert missing(detections([], [], []), one) == 0


def test_roles_of_the_boxes_in_each_step() -> None:
    found, settings = candidates(*THREE), ChoiceSettings()
    steps = choose_step_by_step(found, settings)
    assert steps.roles(found, settings, 0) == {"chosen": [0], "dropped": [1], "kept": [], "waiting": [2]}
    assert steps.roles(found, settings, 1) == {"chosen": [2], "dropped": [], "kept": [0], "waiting": []}


def test_soft_nms_leaves_a_lowered_box_waiting() -> None:
    found, settings = candidates(*THREE), ChoiceSettings(score=0.01, method="soft_gaussian", sigma=2.0)
    steps = choose_step_by_step(found, settings)
    first = steps.roles(found, settings, 0)
    assert first["dropped"] == [1]
    last = steps.roles(found, settings, len(steps.kept) - 1)
    assert last["chosen"] == [1], "it is kept in the end, with a lower score"
