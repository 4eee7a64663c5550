"""Precision, recall, F1 and the confusion matrix at a score threshold, by hand and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import precision_recall_curve

from tests.metrics.detection.sets import random_set, small_set
from vizcore.metrics.detection.match_result import match_result_at
from vizcore.metrics.detection.operating_point import confusion_at, counts_at, threshold_curve

BOX, FAR, NEAR = [0.0, 0.0, 10.0, 10.0], [50.0, 50.0, 10.0, 10.0], [1.0, 0.0, 10.0, 10.0]
# Found right; taken for b; a false alarm; one object missed.
SET = small_set(
    [(0, BOX, 0), (0, FAR, 0), (1, BOX, 1)],
    [(0, NEAR, 0, 0.9), (0, FAR, 1, 0.7), (1, FAR, 0, 0.5)],
)


@pytest.mark.parametrize(
    ("score", "expected", "matrix"),
    [
        (0.6, (1, 1, 2), [[1, 1, 0], [0, 0, 1], [0, 0, 0]]),
        (0.5, (1, 2, 2), [[1, 1, 0], [0, 0, 1], [1, 0, 0]]),
        (0.8, (1, 0, 2), [[1, 0, 1], [0, 0, 1], [0, 0, 0]]),
        (0.95, (0, 0, 3), [[0, 0, 2], [0, 0, 1], [0, 0, 0]]),
    ],
)
def test_by_hand(score: float, expected: tuple[int, int, int], matrix: list[list[int]]) -> None:
    match_result = match_result_at(SET)
    counts = counts_at(match_result, score)
    assert (counts.true, counts.false, counts.missed) == expected
    assert confusion_at(SET, match_result, score).matrix.tolist() == matrix


def test_ratios_by_hand_and_where_there_are_none() -> None:
    counts = counts_at(match_result_at(SET), 0.5)
    assert (counts.precision, counts.recall, counts.f1) == (pytest.approx(1 / 3), pytest.approx(1 / 3), 1 / 3)
    nothing = counts_at(match_result_at(small_set([], [])), 0.5)
    assert (nothing.precision, nothing.recall, nothing.f1) == (None, None, None)
    assert counts_at(match_result_at(SET), 0.95).precision is None


def test_the_entries_lead_back_to_the_boxes() -> None:
    confusion = confusion_at(SET, match_result_at(SET), 0.5)
    [confused] = confusion.entries(0, 1)
    assert (confusion.truth[confused], confusion.found[confused]) == (1, 1)
    [missed] = confusion.entries(1, 2)
    assert (confusion.truth[missed], confusion.found[missed]) == (2, -1)


@pytest.mark.parametrize("seed", range(4))
def test_sums_agree_with_the_counts(seed: int) -> None:
    data = random_set(seed, levels=7 if seed % 2 else 0)
    match_result = match_result_at(data)
    for score in (0.0, 0.3, 0.8):
        counts, confusion = counts_at(match_result, score), confusion_at(data, match_result, score)
        assert confusion.matrix.diagonal()[:-1].sum() == counts.true
        assert confusion.matrix[:, :-1].sum() == counts.true + counts.false
        assert confusion.matrix[:-1].sum() == match_result.wanted.sum()
        by_class = [counts_at(match_result, score, row) for row in range(3)]
        assert sum(each.true for each in by_class) == counts.true
        assert sum(each.missed for each in by_class) == counts.missed


@pytest.mark.parametrize("seed", range(3))
def test_scikit_learn_gives_the_same_precision(seed: int) -> None:
    match_result = match_result_at(random_set(seed, levels=9 * seed))
    curve = threshold_curve(match_result)
    precision, _, thresholds = precision_recall_curve(match_result.right, match_result.scores)
    np.testing.assert_allclose(curve.scores, thresholds[::-1])
    np.testing.assert_allclose(curve.precision, precision[:-1][::-1])
    best = curve.best
    assert best is not None
    assert curve.f1[best] == max(counts_at(match_result, each).f1 or 0 for each in curve.scores)
    assert threshold_curve(match_result_at(small_set([], []))).best is None
