"""Which boxes stand behind the counts: right, false and missed ones, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.metrics.detection.sets import small_set
from vizcore.metrics.detection.average_precision import curves_of_classes
from vizcore.metrics.detection.calibration import KeptPromise, calibration, kept_promise
from vizcore.metrics.detection.cases import (
    by_verdict,
    false_pairs,
    missed_pairs,
    picture_of,
    picture_pairs,
    right_pairs,
)
from vizcore.metrics.detection.match_result import match_result_at
from vizcore.metrics.detection.operating_point import class_scores, confusion_at
from vizcore.metrics.detection.slices import slices, weakest_of

BOX, FAR, NEAR = [0.0, 0.0, 10.0, 10.0], [50.0, 50.0, 20.0, 20.0], [1.0, 0.0, 10.0, 10.0]
# Two right, the second surer; one taken for b; a false alarm; a small and a large object missed.
SET = small_set(
    [(0, BOX, 0), (0, FAR, 0), (1, BOX, 1), (1, FAR, 1)],
    [(0, NEAR, 0, 0.6), (0, FAR, 1, 0.7), (1, [30.0, 0.0, 5.0, 5.0], 0, 0.9)],
)
NOTHING = small_set([], [])


def test_the_boxes_behind_each_count() -> None:
    confusion = confusion_at(SET, match_result_at(SET), 0.5)
    assert right_pairs(SET, confusion) == [(0, 0)]
    assert false_pairs(SET, confusion) == [(-1, 2), (1, 1)], "the surest first"
    assert missed_pairs(SET, confusion) == [(1, -1), (3, -1), (2, -1)], "the largest first"
    assert picture_pairs(SET, confusion, 1) == [(-1, 2), (2, -1), (3, -1)]
    assert [picture_of(SET, pair) for pair in ((0, 0), (-1, 2), (2, -1))] == [0, 1, 1]


def test_an_empty_set_has_none() -> None:
    confusion = confusion_at(NOTHING, match_result_at(NOTHING), 0.5)
    for pairs in (right_pairs, false_pairs, missed_pairs):
        assert pairs(NOTHING, confusion) == []
    assert by_verdict(NOTHING, []) == ([], [], [])
    assert class_scores(match_result_at(NOTHING), 0.5) == []
    assert curves_of_classes(NOTHING, 0.5, most=3) == {}


def test_pairs_by_verdict() -> None:
    pairs = [(0, 0), (1, 1), (-1, 2), (2, -1)]
    assert by_verdict(SET, pairs) == ([(0, 0)], [(1, 1), (-1, 2)], [(1, 1), (2, -1)])


def test_counts_and_ap_of_each_class() -> None:
    first, second = class_scores(match_result_at(SET), 0.5)
    assert (first.row, first.counts.true, first.counts.false, first.counts.missed) == (0, 1, 1, 1)
    assert (second.row, second.counts.true, second.counts.false, second.counts.missed) == (1, 0, 1, 2)
    assert second.ap == 0
    assert first.ap == pytest.approx(51 / 101 * 0.5)  # precision 1/2 up to recall 1/2


def test_a_detection_leads_to_its_object() -> None:
    result = match_result_at(SET)
    assert [result.partner_of(row) for row in (0, 1, 2, 99)] == [0, -1, -1, -1]


def test_the_busiest_classes_stand_in_their_own_order() -> None:
    data = small_set([(0, BOX, 2), (0, FAR, 2), (1, BOX, 0)], [], classes=4)
    confusion = confusion_at(data, match_result_at(data), 0.5)
    assert confusion.busiest(1) == [2, 4]
    assert confusion.busiest(2) == [0, 2, 4]
    assert confusion.busiest(40) == [0, 1, 2, 3, 4]


def test_classes_of_a_set_alone() -> None:
    only = SET.of_classes(["b"])
    assert only.class_names == ("b",)
    assert only.truth.classes.tolist() == [0, 0]
    assert len(only.found) == 0
    turned = SET.of_classes(["b", "a"])
    assert turned.truth.classes.tolist() == [1, 1, 0, 0]
    assert (SET.fullest_picture, NOTHING.fullest_picture) == (0, 0)


def test_curves_of_the_most_frequent_classes() -> None:
    data = small_set([(0, BOX, 1), (0, FAR, 1), (1, BOX, 0)], [(0, BOX, 1, 0.9), (1, FAR, 1, 0.8)], classes=3)
    assert list(curves_of_classes(data, 0.5, most=2)) == [1, 0]
    (curve,) = curves_of_classes(data, 0.5, most=1).values()
    assert curve.true_so_far.tolist() == [1, 1]


def test_scores_that_promise_too_much() -> None:
    result = match_result_at(SET)  # scores 0.9, 0.7, 0.6, of which one is right
    found = kept_promise(result, calibration(result))
    assert (found.promised, found.right, found.verdict) == (pytest.approx(2.2 / 3), pytest.approx(1 / 3), "too sure")
    assert KeptPromise(0.5, 0.515).verdict == "kept"
    assert KeptPromise(0.5, 0.6).verdict == "too modest"


def test_the_weakest_slice_and_its_objects() -> None:
    found = slices(SET, iou=0.5, score=0.5)
    weakest = weakest_of(found)
    assert weakest is not None
    assert weakest.mean_ap == min(each.mean_ap for each in found if each.objects)
    small = next(each for each in found if each.part == "small")
    assert small.rows_of(SET.truth).tolist() == [0, 1, 2, 3], "all sides are under 32 pixels"
    assert weakest_of(slices(NOTHING, iou=0.5, score=0.5)) is None


def test_the_largest_differences_either_way() -> None:
    from dataclasses import replace

    from vizcore.metrics.detection.comparison import compare_detectors

    same = compare_detectors(SET, SET)
    found = replace(same, class_ap=np.array([0.1, -0.3, np.nan, 0.2]))
    assert found.largest_differences(2).tolist() == [1, 3]
    assert replace(same, class_ap=np.array([np.nan])).largest_differences(2).tolist() == []
