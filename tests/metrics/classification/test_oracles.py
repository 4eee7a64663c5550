"""The same numbers as scikit-learn and torchmetrics, on random sets with ties, absent classes and empty predictions."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from sklearn import metrics
from sklearn.calibration import calibration_curve

from tests.metrics.classification.sets import GOLDEN_Y, golden, random_set
from vizcore.metrics.classification.agreement import balanced_accuracy, confusion_of, top_k_accuracy
from vizcore.metrics.classification.averages import AVERAGES, averaged, class_counts
from vizcore.metrics.classification.calibration import calibration, calibration_of, confidence_and_right
from vizcore.metrics.classification.probabilities import brier, negative_log_likelihood
from vizcore.metrics.classification.ranking import (
    average_precision,
    precision_recall_points,
    rank,
    roc_auc,
    roc_points,
    trapezoid_area,
)
from vizcore.metrics.classification.report import report_content

SETS = range(500)


def exactly(value: Any) -> Any:
    return pytest.approx(value, abs=1e-12, nan_ok=True)


@pytest.fixture(autouse=True)
def _quiet() -> None:
    warnings.simplefilter("ignore")


def test_ranking_is_scikit_learns() -> None:
    compared = 0
    for seed in SETS:
        data = random_set(seed, "binary")
        truth, scores = data.truth[:, 0], data.scores[:, 0]
        ranking = rank(truth, scores)
        if not ranking.positives or not ranking.negatives:
            assert np.isnan(roc_auc(ranking))
            continue
        compared += 1
        assert roc_auc(ranking) == exactly(metrics.roc_auc_score(truth, scores))
        assert average_precision(ranking) == exactly(metrics.average_precision_score(truth, scores))
        for ours, theirs in zip(
            roc_points(ranking), metrics.roc_curve(truth, scores, drop_intermediate=False), strict=True
        ):
            assert ours == exactly(theirs)
        precision, recall, _thresholds = metrics.precision_recall_curve(truth, scores)
        ours_precision, ours_recall = precision_recall_points(ranking)
        assert ours_precision[::-1] == exactly(precision[:-1]), "all but the point that they add"
        assert ours_recall[::-1] == exactly(recall[:-1])
        assert trapezoid_area(ranking) == exactly(metrics.auc(recall, precision))
        threshold = float(np.round(scores.mean(), 1))
        counts = ranking.counts_at(threshold)
        theirs = metrics.confusion_matrix(truth, scores >= threshold, labels=[False, True])
        assert [[counts.tn, counts.fp], [counts.fn, counts.tp]] == theirs.tolist()
        assert counts.balanced_accuracy == exactly(metrics.balanced_accuracy_score(truth, scores >= threshold))
        assert brier(data) == exactly(metrics.brier_score_loss(truth, scores))
        expected = metrics.log_loss(truth, scores, labels=[False, True])
        assert negative_log_likelihood(data) == exactly(expected)
    assert compared > 400


@pytest.mark.parametrize("zero_division", [0.0, 1.0, np.nan])
def test_averages_are_scikit_learns(zero_division: float) -> None:
    for seed in SETS[::2]:
        data = random_set(seed, "multilabel" if seed % 4 else "multiclass")
        predicted = data.predicted(0.7)
        counts = class_counts(data.truth, predicted)
        for how in AVERAGES:
            theirs = metrics.precision_recall_fscore_support(
                data.truth, predicted, average=how, zero_division=zero_division
            )
            ours = averaged(counts, how, zero_division)
            assert (ours.precision, ours.recall, ours.f1) == exactly(theirs[:3]), (seed, how)


def test_exclusive_classes_are_scikit_learns() -> None:
    for seed in SETS[::2]:
        data = random_set(seed, "multiclass")
        truth, every = data.truth.argmax(axis=1), list(range(len(data.labels)))
        answers = data.scores.argmax(axis=1)
        matrix = confusion_of(data)
        assert matrix.tolist() == metrics.confusion_matrix(truth, answers, labels=every).tolist()
        assert balanced_accuracy(matrix) == exactly(metrics.balanced_accuracy_score(truth, answers))
        assert negative_log_likelihood(data) == exactly(metrics.log_loss(truth, data.scores, labels=every))
        if len(every) > 2:
            theirs = metrics.brier_score_loss(truth, data.scores, labels=every, scale_by_half=False)
            assert brier(data) == exactly(theirs)
            for k in range(1, len(every)):
                theirs = metrics.top_k_accuracy_score(truth, data.scores, k=k, labels=every)
                assert top_k_accuracy(data.scores, truth, k, ties="last") == exactly(theirs)


def test_report_of_the_golden_set() -> None:
    content = report_content(golden())
    expected = {
        "top1": 0.6,
        "top2": 0.9,
        "macro_f1": 0.5833333333,
        "micro_f1": 0.6,
        "weighted_f1": 0.6,
        "macro_precision": 0.5833333333,
        "macro_recall": 0.5833333333,
        "roc_auc": 0.8115079365,
        "pr_auc": 0.7333333333,
        "ece": 0.21,
        "nll": 0.745823,
        "brier": 0.45738,
        "balanced_accuracy": 0.5833333333,
    }
    for name, value in expected.items():
        assert content["numbers"][name] == pytest.approx(value, abs=6e-7), name
    assert content["confusion"].tolist() == [[3, 1, 0], [1, 1, 1], [0, 1, 2]]
    assert [each["roc_auc"] for each in content["per_class"]] == pytest.approx([0.958333, 0.619048, 0.857143], abs=6e-7)
    assert [each["pr_auc"] for each in content["per_class"]] == pytest.approx([0.95, 0.611111, 0.638889], abs=6e-7)


@pytest.mark.parametrize(("bins", "ece", "mce"), [(5, 0.088, 0.17), (10, 0.1, 0.45), (15, 0.21, 0.45)])
def test_calibration_error_of_the_golden_set(bins: int, ece: float, mce: float) -> None:
    import torch
    from torchmetrics.functional.classification import multiclass_calibration_error

    found = calibration_of(golden(), bins)
    assert (found.error, found.largest) == pytest.approx((ece, mce))
    scores, truth = torch.tensor(golden().scores), torch.tensor(GOLDEN_Y)
    theirs = multiclass_calibration_error(scores, truth, num_classes=3, n_bins=bins, norm="l1")
    assert found.error == pytest.approx(float(theirs), abs=1e-6)


@pytest.mark.parametrize(("strategy", "theirs"), [("width", "uniform"), ("mass", "quantile")])
def test_reliability_is_scikit_learns(strategy: str, theirs: str) -> None:
    for seed in SETS[:200:2]:
        confidence, right = confidence_and_right(random_set(seed, "binary"))
        if 0 < right.sum() < len(right) and len(np.unique(confidence)) > 12:
            share, mean = calibration_curve(right, confidence, n_bins=5, strategy=theirs)
            found = calibration(confidence, right, 5, strategy=strategy)  # type: ignore[arg-type]
            known = found.counts > 0
            assert found.precision[known] == exactly(share)
            assert found.confidence[known] == exactly(mean)
