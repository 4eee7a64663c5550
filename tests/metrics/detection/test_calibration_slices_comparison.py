"""Calibration against torchmetrics, slices by hand, and two detectors against each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torchmetrics.classification import BinaryCalibrationError

from tests.metrics.detection.sets import random_set, small_set
from vizcore.metrics.detection.calibration import calibration
from vizcore.metrics.detection.coco_summary import coco_statistics
from vizcore.metrics.detection.comparison import compare_detectors
from vizcore.metrics.detection.match_result import match_result_at
from vizcore.metrics.detection.slices import crowding, slices
from vizcore.photo import Photo

BOX, FAR = [0.0, 0.0, 10.0, 10.0], [50.0, 50.0, 10.0, 10.0]


@pytest.mark.parametrize("seed", range(3))
def test_torchmetrics_gives_the_same_error(seed: int) -> None:
    match_result = match_result_at(random_set(seed))
    scores, right = torch.from_numpy(match_result.scores), torch.from_numpy(match_result.right.astype(int))
    ours = calibration(match_result)
    for norm, value in (("l1", ours.error), ("max", ours.largest)):
        oracle = BinaryCalibrationError(n_bins=10, norm=norm)
        assert value == pytest.approx(float(oracle(scores, right)), abs=1e-6)


def test_calibration_by_hand_and_without_anything() -> None:
    data = small_set([(0, BOX, 0)], [(0, BOX, 0, 0.75), (0, FAR, 0, 0.75), (1, FAR, 0, 7.0)])
    found = calibration(match_result_at(data))
    assert (found.error, found.largest, found.outside) == (pytest.approx(0.25), pytest.approx(0.25), 1)
    assert found.counts.tolist() == [0] * 7 + [2, 0, 0]
    assert calibration(match_result_at(small_set([], []))).error is None


def test_a_score_on_an_edge_belongs_to_the_bin_above_it() -> None:
    tenths = [place / 10 for place in range(11)]
    data = small_set([(0, BOX, 0)], [(0, BOX, 0, score) for score in tenths])
    found = calibration(match_result_at(data))
    assert found.edges.tolist() == tenths
    assert found.counts.tolist() == [1] * 9 + [2]


def test_slices_of_size_are_cocos() -> None:
    data = random_set(3)
    stats = coco_statistics(data)
    by_size = {each.part: each for each in slices(data, iou=0.5) if each.trait == "size"}
    mean = np.mean([[each.mean_ap for each in slices(data, iou=iou)[:3]] for iou in np.linspace(0.5, 0.95, 10)], axis=0)
    assert mean == pytest.approx(stats[3:6], abs=1e-12)
    assert sum(each.objects for each in by_size.values()) == int((~data.truth.crowd).sum())


def test_dark_pictures_are_a_slice() -> None:
    data = small_set([(p, BOX, 0) for p in range(3)], [(1, BOX, 0, 0.9), (2, BOX, 0, 0.9)], pictures=3)
    photos = [Photo(np.full((4, 4, 3), value, np.uint8), str(value)) for value in (10, 120, 250)]
    dark, middle, bright = (each for each in slices(data, photos) if each.trait == "brightness")
    assert (dark.mean_ap, middle.mean_ap, bright.mean_ap) == (0.0, pytest.approx(1.0), pytest.approx(1.0))
    assert dark.pictures.tolist() == [0]
    assert dark.high == pytest.approx(10 / 255)
    assert sum(len(each.pictures) for each in slices(data, photos) if each.trait == "crowding") == 3
    assert [each.objects for each in slices(small_set([], [], pictures=0))] == [0, 0, 0]


def test_regions_of_many_objects_do_not_crowd_a_picture() -> None:
    data = small_set([(0, BOX, 0), (0, FAR, 0), (1, BOX, 0)], [], pictures=3)
    assert crowding(data).tolist() == [2, 1, 0]
    region = replace(data.truth, crowd=np.array([False, True, False]))
    assert crowding(replace(data, truth=region)).tolist() == [1, 1, 0]


def test_regions_of_many_objects_are_no_objects_of_a_slice() -> None:
    data = small_set([(0, BOX, 0), (0, FAR, 0), (1, BOX, 0)], [], crowd=[False, True, False])
    for each in slices(data):
        rows = each.rows_of(data.truth).tolist()
        assert 1 not in rows
        assert len(rows) == each.objects, each


def test_two_detectors() -> None:
    a = random_set(4)
    same = compare_detectors(a, a)
    assert (same.mean_ap, same.low, same.high) == (0.0, 0.0, 0.0)
    assert len(same.objects(True, False)) == len(same.objects(False, True)) == 0
    worse = a.with_found(a.found.at(np.arange(0, len(a.found), 3)))
    loss = compare_detectors(a, worse)
    assert loss.low <= loss.mean_ap <= loss.high < 0
    assert len(loss.objects(True, False)) > 0
    back = compare_detectors(worse, a)
    assert back.mean_ap == pytest.approx(-loss.mean_ap)
    assert (back.low, back.high) == (pytest.approx(-loss.high), pytest.approx(-loss.low))


def test_two_truths_are_no_comparison() -> None:
    with pytest.raises(ValueError, match="same truth"):
        compare_detectors(random_set(1), random_set(2))
    empty = small_set([], [])
    assert np.isnan(compare_detectors(empty, empty).mean_ap)
