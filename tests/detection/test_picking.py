"""Which box does a click mean, and which box of another detector is the same object? On boxes of known places."""

from __future__ import annotations

from tests.ui.detection_parts import CAT, DOG, NEAR_CAT, candidates, detections
from vizcore.detection.picking import box_at, same_object


def test_a_click_picks_the_smallest_box_around_it() -> None:
    found = detections([(0, 0, 100, 100), CAT, DOG], [0.9, 0.8, 0.7], [0, 1, 2])
    assert box_at(found, 20, 20) == 1
    assert box_at(found, 80, 80) == 0
    assert box_at(found, 190, 90) is None
    assert box_at(detections([], [], []), 20, 20) is None


def test_the_same_object_is_of_the_same_class_first() -> None:
    found = detections([CAT], [0.9], [1])
    match = same_object(candidates([DOG, CAT, NEAR_CAT], [0.95, 0.9, 0.4], [1, 2, 1]), found, 0)
    assert match is not None
    assert match.origin.tolist() == [2]
    other = same_object(candidates([CAT], [0.3], [2]), found, 0)
    assert other is not None
    assert other.class_ids.tolist() == [2]
    assert same_object(candidates([DOG], [0.9], [1]), found, 0) is None
    assert same_object(candidates([], [], []), found, 0) is None
