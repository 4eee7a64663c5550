"""What clicks make of an object's prompts, what alarms say together, and masks as tracks. By hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.tracking.test_propagation import masks_of
from vizcore.metrics.tracking.report import combined, evaluate_tracking, plain_means
from vizcore.metrics.tracking.tables import track_table
from vizcore.metrics.tracking.toys import broken_track, swapped_tracks
from vizcore.photo import Photo
from vizcore.segmentation.prompts import Prompts
from vizcore.segmentation.rle import encode
from vizcore.tracking.carried import Anchor
from vizcore.tracking.clip import Clip, ClipTruth
from vizcore.tracking.corrections import corrected, opening_anchor
from vizcore.tracking.drift import AlarmQuality, AlarmRun, alarm_runs, alarms_against_truth, area_shares, mean_of_known
from vizcore.tracking.export import masks_as_tracks
from vizcore.tracking.measures import class_of_track

BOX = (1.0, 1.0, 4.0, 4.0)


@pytest.mark.parametrize(
    ("before", "place", "positive", "expected"),
    [
        (None, (3.0, 3.0), True, Prompts(((3.0, 3.0),), (1,))),
        (None, (3.0, 3.0), False, None),
        (Prompts(box_xyxy=BOX), (9.0, 2.0), True, Prompts(((9.0, 2.0),), (1,), (1.0, 1.0, 9.0, 4.0))),
        (Prompts(box_xyxy=BOX), (9.0, 2.0), False, Prompts(((9.0, 2.0),), (0,), BOX)),
        (Prompts(((3.0, 3.0),), (1,)), (9.0, 2.0), False, Prompts(((3.0, 3.0), (9.0, 2.0)), (1, 0))),
    ],
    ids=["the first click", "not this alone", "beyond the box", "ground beyond the box", "ground after a click"],
)
def test_a_click_after_these_prompts(
    before: Prompts | None, place: tuple[float, float], positive: bool, expected: Prompts | None
) -> None:
    assert corrected(before, None, 1, place, positive=positive) == expected


def test_a_click_corrects_the_box_of_the_carried_mask() -> None:
    masks: Any = masks_of([4, 0], [1.0, 1.0])
    masks.boxes_xyxy.flags.writeable = True
    masks.boxes_xyxy[0] = BOX
    assert corrected(None, masks, 1, (2.0, 6.0), positive=True) == Prompts(((2.0, 6.0),), (1,), (1.0, 1.0, 4.0, 6.0))
    assert corrected(None, masks, 2, (2.0, 6.0), positive=True) == Prompts(((2.0, 6.0),), (1,)), "nothing was carried"


def truth_of(areas: list[int]) -> ClipTruth:
    """One object of class "dog" with these visible areas in frames 1, 2, ..., and a cat in the first."""
    masks = tuple(encode((np.arange(100) < area).reshape(10, 10)) for area in [*areas, 1])
    count = len(areas)
    table = track_table(
        [*range(1, count + 1), 1],
        [7] * count + [3],
        np.array([[place, 0.0, place + 2.0, 2.0] for place in range(count + 1)]),
        classes=[1] * count + [0],
    )
    return ClipTruth(table, ("cat", "dog"), masks)


def test_an_object_is_first_shown_where_nearly_all_of_it_is_seen() -> None:
    assert opening_anchor(truth_of([2, 9, 10]), 7) == Anchor(2, Prompts(box_xyxy=(1.0, 0.0, 3.0, 2.0)))
    assert opening_anchor(truth_of([8, 9, 10]), 7).frame == 1
    assert truth_of([1]).labels() == {3: "cat", 7: "dog"}


def test_masks_become_rows_where_there_is_something() -> None:
    clip = Clip(tuple(Photo(np.full((10, 10, 3), shade, np.uint8), "f") for shade in (0, 1)), 5.0, "clip")
    masks = masks_of([0, 4], [0.5, float("nan")])
    table, kept = masks_as_tracks(clip, {5: masks, 2: masks_of([3, 3], [0.9, 0.8])})
    assert table.frames.tolist() == [1, 2, 2]
    assert table.ids.tolist() == [2, 2, 5]
    assert table.scores.tolist() == [0.9, 0.8, 1.0]
    assert table.classes.tolist() == [-1, -1, -1]
    assert [kept[row].area for row in range(3)] == [3, 3, 4]
    empty, none = masks_as_tracks(clip, {})
    assert (len(empty), none) == (0, {})
    known = Clip(clip.frames, 5.0, "clip", truth_of([1, 1]))
    assert masks_as_tracks(known, {7: masks})[0].classes.tolist() == [1]


def test_areas_are_shares_of_the_anchor_they_come_from() -> None:
    assert area_shares(masks_of([10, 5, 40, 20], [1.0] * 4, (1, 4))) == [1.0, 0.5, 2.0, 1.0]
    assert area_shares(masks_of([0, 3], [1.0] * 2)) == [0.0, 3.0]


def test_equal_alarms_in_a_row_are_one_run() -> None:
    found = alarm_runs({4: ["lost"], 2: ["area"], 3: ["area"], 6: ["lost"]})
    assert found == [AlarmRun(2, 3, ("area",)), AlarmRun(4, 4, ("lost",)), AlarmRun(6, 6, ("lost",))]
    assert alarm_runs({}) == []


def test_alarms_against_the_truth() -> None:
    truth = [0.9, 0.2, None, 0.4, 0.5]
    assert alarms_against_truth({2: ["lost"], 3: ["lost"], 5: ["area"]}, truth) == AlarmQuality(2, 2, 1, 1)
    assert alarms_against_truth({}, []) == AlarmQuality(0, 0, 0, 0)
    assert mean_of_known(truth) == 0.5
    assert np.isnan(mean_of_known([None]))


def test_a_track_is_called_what_most_of_its_boxes_are() -> None:
    table = track_table([1, 2, 3, 1], [1, 1, 1, 2], np.zeros((4, 4)), classes=[2, 0, 2, -1])
    assert (class_of_track(table, 1), class_of_track(table, 2), class_of_track(table, 9)) == (2, -1, -1)


def test_plain_means_are_not_the_scores_of_all_together() -> None:
    parts = [evaluate_tracking(each).scores for each in (broken_track(4, 2), swapped_tracks(40, 20))]
    means = plain_means(parts)
    assert means["idf1"] == pytest.approx(np.mean([each.numbers()["idf1"] for each in parts]))
    assert means["hota"] != pytest.approx(combined(parts).numbers()["hota"])
