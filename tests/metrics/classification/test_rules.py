"""Cases worked by hand, empty sets, and what must not change: the rules where other tools differ."""

from __future__ import annotations

import numpy as np
import pytest

from tests.metrics.classification.sets import binary, exclusive, golden
from vizcore.errors import SettingOutOfRange
from vizcore.metrics.classification.agreement import top_k_accuracy
from vizcore.metrics.classification.averages import averaged, class_counts
from vizcore.metrics.classification.bootstrap import bootstrap_bands
from vizcore.metrics.classification.calibration import Strategy, calibration, calibration_of
from vizcore.metrics.classification.conventions import variants
from vizcore.metrics.classification.counts import Counts
from vizcore.metrics.classification.dataset import ScoreSet
from vizcore.metrics.classification.probabilities import at_temperature, fit_temperature, negative_log_likelihood
from vizcore.metrics.classification.ranking import (
    Ranking,
    average_precision,
    precision_recall_points,
    rank,
    roc_auc,
    roc_points,
)
from vizcore.metrics.classification.report import operating_point, report_content
from vizcore.metrics.classification.synthetic import ScorerSettings, synthetic_scores

ISSUE_4223 = binary([1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0], [0.9, 0.9, 0.9, 0.8, 0.8, 0.7, 0.7, 0.6, 0.5, 0.4, 0.3])


def ranking_of(data: ScoreSet, column: int = 0) -> Ranking:
    return rank(data.truth[:, column], data.scores[:, column])


def test_the_first_real_point_of_precision_and_recall() -> None:
    ranking = ranking_of(ISSUE_4223)
    precision, recall = precision_recall_points(ranking)
    assert (precision[0], recall[0]) == (pytest.approx(1 / 3), 0.25)
    assert average_precision(ranking) == pytest.approx(0.3905, abs=5e-5)
    assert ranking.prevalence == 4 / 11


def test_f1_is_defined_where_precision_is_not() -> None:
    counts = ranking_of(binary([1, 0, 1], [0.1, 0.2, 0.3])).counts_at(0.9)
    assert counts == Counts(tp=0, fp=0, fn=2, tn=1)
    assert np.isnan(counts.precision)
    assert (counts.f1, counts.recall, counts.queue) == (0.0, 0.0, 0)
    assert counts.cost(miss=5, alarm=1) == 10


def test_an_operating_point_worked_by_hand() -> None:
    data = binary([1, 0, 1, 0], [0.9, 0.8, 0.3, 0.1])
    bands = bootstrap_bands(data.truth[:, 0], data.scores[:, 0], resamples=5)
    found = operating_point(ranking_of(data), bands, 0.5, miss=5, alarm=1)
    assert [found[name] for name in ("threshold", "tp", "fp", "fn", "tn", "queue")] == [0.5, 1, 1, 1, 1, 2]
    assert [found[name] for name in ("precision", "recall", "f1", "accuracy", "roc_auc")] == [0.5, 0.5, 0.5, 0.5, 0.75]
    assert found["costs"] == {"miss": 5, "alarm": 1, "total": 6}
    assert (found["cheapest"].threshold, found["cheapest"].cost) == (0.3, 1)
    assert found["roc_auc_interval"] == bands.roc_auc.tolist()
    assert found["resamples"] == bands.used


def test_nan_is_left_out_of_the_mean_and_said_so() -> None:
    truth = np.array([[1, 0], [1, 0], [0, 1]], bool)
    predicted = np.array([[1, 0], [1, 0], [0, 0]], bool)
    kept = averaged(class_counts(truth, predicted), "macro", 0.0)
    dropped = averaged(class_counts(truth, predicted), "macro", np.nan)
    assert (kept.precision, kept.classes[0]) == (0.5, 2)
    assert (dropped.precision, dropped.classes) == (1.0, (1, 2, 2))
    assert dropped.f1 == kept.f1 == 0.5


@pytest.mark.parametrize(
    ("truth", "scores", "auc"),
    [([1, 1], [0.2, 0.3], np.nan), ([0, 0], [0.2, 0.3], np.nan), ([0, 1, 0, 1], [0.5] * 4, 0.5), ([], [], np.nan)],
)
def test_one_class_equal_scores_and_nothing(truth: list[int], scores: list[float], auc: float) -> None:
    data = binary(truth, scores)
    ranking = ranking_of(data)
    assert roc_auc(ranking) == pytest.approx(auc, nan_ok=True)
    assert ranking.counts_at(0.5).total == len(truth)
    content = report_content(data)
    assert ("roc_auc" in content["undefined"]) == bool(np.isnan(auc))
    assert bootstrap_bands(data.truth[:, 0], data.scores[:, 0], resamples=5).tpr.shape == (2, 101)
    assert len(variants(data)) > 10
    assert roc_points(ranking)[2][0] == np.inf


def test_every_missing_number_has_its_reason() -> None:
    positives = report_content(binary([1, 1], [0.9, 0.8]))
    assert positives["undefined"]["balanced_accuracy"] == "one_class"
    several = report_content(ScoreSet(np.array([[0.9, 0.2]]), np.array([[True, True]]), ("a", "b"), "multilabel"))
    assert several["undefined"]["balanced_accuracy"] == "several_labels"
    three = np.array([[0.5, 0.3, 0.2], [0.1, 0.8, 0.1]])
    without_c = report_content(ScoreSet(three, np.eye(3, dtype=bool)[[0, 1]], ("a", "b", "c"), "multiclass"))
    assert [without_c["undefined"][name] for name in ("roc_auc", "pr_auc")] == ["classes_left_out"] * 2
    for content in (positives, several):
        missing = {name for name, value in content["numbers"].items() if np.isnan(value)}
        assert missing <= content["undefined"].keys()


def test_a_rank_does_not_change_with_a_growing_function() -> None:
    data = synthetic_scores(ScorerSettings(examples=300))
    before, after = ranking_of(data), ranking_of(data.with_scores(np.log(data.scores) * 3 + 7))
    assert roc_auc(before) == roc_auc(after)
    assert average_precision(before) == average_precision(after)


def test_binary_calibration_compares_with_the_share_of_positives() -> None:
    assert calibration_of(binary([0, 0, 1, 1], [0.25, 0.25, 0.75, 0.75]), 2).error == pytest.approx(0.25)


@pytest.mark.parametrize(("closed", "error"), [("right", 0.475), ("left", 0.475), ("extra", 0.525)])
def test_one_belongs_to_the_last_bin(closed: str, error: float) -> None:
    found = calibration(np.array([0.95, 1.0]), np.array([True, False]), 10, closed=closed)  # type: ignore[arg-type]
    assert found.error == pytest.approx(error)


def test_a_tenth_belongs_to_the_bin_that_its_rule_says() -> None:
    tenths = np.array([place / 10 for place in range(1, 10)])
    for closed, counts in (("left", [0] + [1] * 9), ("right", [1] * 9 + [0])):
        found = calibration(tenths, np.ones(9, bool), 10, closed=closed)  # type: ignore[arg-type]
        assert found.counts.tolist() == counts


def test_bins_of_equal_mass_hold_equally_many() -> None:
    draws = np.random.default_rng(0)
    found = calibration(draws.random(150) ** 4, draws.random(150) < 0.5, 15, strategy="mass")
    assert found.counts.tolist() == [10] * 15
    assert calibration(np.full(5, 0.3), np.ones(5, bool), 15, strategy="mass").error == pytest.approx(0.7)


@pytest.mark.parametrize("strategy", ["width", "mass"])
def test_only_one_itself_has_a_bin_of_its_own(strategy: Strategy) -> None:
    confidence, right = np.linspace(0.1, 0.9, 40), np.arange(40) % 3 > 0
    left = calibration(confidence, right, 8, strategy=strategy, closed="left")
    found = calibration(confidence, right, 8, strategy=strategy, closed="extra")
    assert found.counts.tolist() == [*left.counts, 0]
    assert found.error == left.error
    confidence, right = np.r_[confidence, 1.0, 1.0], np.r_[right, True, False]
    assert calibration(confidence, right, 8, strategy=strategy, closed="extra").counts[-1] == 2


def test_ties_of_top_k_are_a_rule() -> None:
    data = exclusive([[0.4, 0.3, 0.3]], [2])
    assert top_k_accuracy(data.scores, np.array([2]), 2, "first") == 0.0
    assert top_k_accuracy(data.scores, np.array([2]), 2, "last") == 1.0
    assert top_k_accuracy(data.scores, np.array([2]), 3) == 1.0


def test_temperature_mends_confidence_and_leaves_every_answer() -> None:
    data = synthetic_scores(ScorerSettings("multiclass", examples=4000, confidence=3.0))
    found = fit_temperature(data)
    assert found.temperature == pytest.approx(3.0, rel=0.12)
    assert not set(found.fitted_rows) & set(found.other_rows)
    judged = data.at(found.other_rows)
    mended = at_temperature(judged, found.temperature)
    assert (mended.scores.argmax(axis=1) == judged.scores.argmax(axis=1)).all()
    assert negative_log_likelihood(mended) < negative_log_likelihood(judged)
    before, after = calibration_of(judged).error, calibration_of(mended).error
    assert before is not None
    assert after is not None
    assert after < before / 2


def test_temperature_one_changes_nothing() -> None:
    """Not by rounding either: what lies a hair under one half would be called positive."""
    assert (at_temperature(golden(), 1.0).scores == golden().scores).all()
    hair = binary([1, 0], [np.nextafter(0.5, 0), 0.5])
    assert at_temperature(hair, 1.0).predicted(0.5).tolist() == hair.predicted(0.5).tolist()


def test_bands_hold_the_curve_and_shrink_with_more_examples() -> None:
    widths = []
    for count in (100, 3000):
        data = synthetic_scores(ScorerSettings(examples=count, confidence=1.0))
        bands = bootstrap_bands(data.truth[:, 0], data.scores[:, 0])
        assert bands.roc_auc[0] <= roc_auc(ranking_of(data)) <= bands.roc_auc[1]
        assert bands.average_precision[0] <= average_precision(ranking_of(data)) <= bands.average_precision[1]
        widths.append(bands.roc_auc[1] - bands.roc_auc[0])
    assert widths[1] < widths[0] / 3


def test_the_honest_scorer_is_calibrated_and_as_good_as_said() -> None:
    from math import erf

    data = synthetic_scores(ScorerSettings(examples=50_000, separation=1.5, prevalence=0.2, confidence=1.0))
    assert data.truth.mean() == pytest.approx(0.2)
    assert roc_auc(ranking_of(data)) == pytest.approx(0.5 * (1 + erf(1.5 / 2)), abs=0.01), "Phi(d / sqrt 2)"
    error = calibration_of(data).error
    assert error is not None
    assert error < 0.01


def test_a_scorer_out_of_range() -> None:
    with pytest.raises(SettingOutOfRange):
        ScorerSettings(separation=9)
