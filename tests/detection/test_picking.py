"""Which box does a click mean, and which box of another detector is the same object? On boxes of known places."""

from __future__ import annotations

from dataclasses import replace

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


def test_the_same_object_is_the_one_that_lies_best_not_the_surest() -> None:
    found = detections([CAT], [0.5], [1])
    match = same_object(candidates([NEAR_CAT, CAT], [0.9, 0.5], [1, 1]), found, 0)
    assert match is not None
    assert match.origin.tolist() == [1]
    twice = same_object(candidates([CAT, CAT], [0.4, 0.6], [1, 1]), found, 0)
    assert twice is not None
    assert twice.origin.tolist() == [1], "of equal ones the surest"


def test_boxes_are_compared_as_far_as_they_lie_in_the_photo() -> None:
    found = detections([(0, 10, 40, 50)], [0.5], [1])  # what is left of the second one at the photo's left edge
    match = same_object(candidates([(10, 10, 50, 50), (-60, 10, 40, 50)], [0.9, 0.5], [1, 1]), found, 0)
    assert match is not None
    assert match.origin.tolist() == [1]


def test_two_names_of_one_class_are_one_class() -> None:
    found = replace(detections([CAT], [0.9], [1]), labels=("person", "motorbike", "dog"))
    others = replace(candidates([CAT, NEAR_CAT], [0.9, 0.4], [2, 1]), labels=("person", "motorcycle", "dog"))
    match = same_object(others, found, 0)
    assert match is not None
    assert match.origin.tolist() == [1]
