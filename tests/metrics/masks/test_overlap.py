"""Do IoU, Dice, precision and recall say what the lecture says, and what other people's code says?"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from sklearn.metrics import f1_score, jaccard_score, precision_score, recall_score
from torchmetrics.functional.segmentation import dice_score

from vizcore.errors import MaskSizesDiffer
from vizcore.metrics.masks.overlap import (
    Counts,
    EmptyPolicy,
    accuracy,
    counts_of,
    dice,
    dice_from_iou,
    iou,
    precision,
    recall,
    shifted_square,
)

RANDOM = np.random.default_rng(0)
PAIRS = [(RANDOM.random((17, 23)) < share, RANDOM.random((17, 23)) < 0.5) for share in (0.02, 0.3, 0.5, 0.98)]


@pytest.mark.parametrize(("tp", "dice_wanted", "iou_wanted"), [(1000, 0.99, 0.98), (100, 0.91, 0.83)])
def test_the_lectures_examples(tp: int, dice_wanted: float, iou_wanted: float) -> None:
    counts = Counts(tp, fp=10, fn=10)
    assert round(dice(counts), 2) == dice_wanted
    assert round(iou(counts), 2) == iou_wanted


def test_a_case_by_hand() -> None:
    truth = np.array([[1, 1, 0], [1, 0, 0]], bool)
    prediction = np.array([[1, 0, 0], [1, 1, 1]], bool)
    counts = counts_of(truth, prediction)
    assert counts == Counts(tp=2, fp=2, fn=1, tn=1)
    assert (iou(counts), dice(counts), precision(counts), recall(counts)) == (2 / 5, 4 / 7, 2 / 4, 2 / 3)
    assert accuracy(counts) == 3 / 6


@pytest.mark.parametrize(("truth", "prediction"), PAIRS)
def test_as_scikit_learn_and_torchmetrics(truth: np.ndarray, prediction: np.ndarray) -> None:
    counts = counts_of(truth, prediction)
    flat = truth.ravel(), prediction.ravel()
    assert iou(counts) == pytest.approx(jaccard_score(*flat))
    assert dice(counts) == pytest.approx(f1_score(*flat))
    assert precision(counts) == pytest.approx(precision_score(*flat))
    assert recall(counts) == pytest.approx(recall_score(*flat))
    given, target = (torch.from_numpy(each)[None, None].long() for each in (prediction, truth))
    assert dice(counts) == pytest.approx(float(dice_score(given, target, num_classes=1, include_background=True)))


@pytest.mark.parametrize(("truth", "prediction"), PAIRS)
def test_symmetry_order_and_translation(truth: np.ndarray, prediction: np.ndarray) -> None:
    counts, swapped = counts_of(truth, prediction), counts_of(prediction, truth)
    assert iou(counts) == iou(swapped)
    assert dice(counts) == dice(swapped)
    assert precision(counts) == recall(swapped)
    assert dice(counts) >= iou(counts)
    assert dice(counts) == pytest.approx(dice_from_iou(iou(counts)))
    assert iou(counts) == pytest.approx(dice(counts) / (2 - dice(counts)))
    rolled = counts_of(np.roll(truth, 5, axis=1), np.roll(prediction, 5, axis=1))
    assert rolled == counts


@pytest.mark.parametrize("metric", [iou, dice, precision, recall])
def test_empty_and_full_masks(metric: Callable[[Counts, EmptyPolicy], float]) -> None:
    empty, full = np.zeros((3, 4), bool), np.ones((3, 4), bool)
    both = counts_of(empty, empty)
    assert metric(both, "one") == 1.0
    assert math.isnan(metric(both, "skip"))
    for one_empty in (counts_of(full, empty), counts_of(empty, full)):
        assert metric(one_empty, "one") == metric(one_empty, "skip") == 0.0
    assert metric(counts_of(full, full), "skip") == 1.0


def test_one_pixel() -> None:
    dot = np.ones((1, 1), np.uint8)
    assert counts_of(dot, dot) == Counts(1, 0, 0, 0)
    assert counts_of(dot, 0 * dot) == Counts(0, 0, 1, 0)


def test_numbers_count_as_inside() -> None:
    assert counts_of(np.array([[0, 7, 255]]), np.array([[0.0, 0.2, 0.0]])) == Counts(1, 0, 1, 1)


def test_sizes_must_fit() -> None:
    with pytest.raises(MaskSizesDiffer) as caught:
        counts_of(np.zeros((2, 3)), np.zeros((3, 2)))
    assert caught.value.values == {"width": 3, "height": 2, "other_width": 2, "other_height": 3}
    with pytest.raises(ValueError, match="expected masks"):
        counts_of(np.zeros(3), np.zeros(3))


def test_negative_counts_and_unknown_policies_are_our_mistake() -> None:
    with pytest.raises(ValueError, match="counts >= 0"):
        Counts(-1, 0, 0)
    with pytest.raises(ValueError, match="expected one of"):
        iou(Counts(0, 0, 0), "half")  # type: ignore[arg-type]


def test_a_shifted_square_is_the_overlap_of_two_masks() -> None:
    found, doubled = shifted_square(np.array([2.0, 4.0, 10.0]), 3)
    assert (found[0], doubled[0]) == (0, 0)
    for place, side in ((1, 4), (2, 10)):
        truth, moved = np.zeros((2, 20, 20), bool)
        truth[2 : 2 + side, 2 : 2 + side] = True
        moved[2 : 2 + side, 5 : 5 + side] = True
        counts = counts_of(truth, moved)
        assert (found[place], doubled[place]) == (pytest.approx(iou(counts)), pytest.approx(dice(counts)))
