"""Does what a curve shows at a threshold equal what is counted there?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from vizcore.figures.calibration import reliability_diagram
from vizcore.figures.operating_curves import MOST_POINTS, cost_figure, pr_figure, roc_figure
from vizcore.metrics.classification.calibration import calibration_of
from vizcore.metrics.classification.dataset import ScoreSet
from vizcore.metrics.classification.ranking import Ranking, average_precision, rank, roc_auc


def drawn_at(line: dict[str, object], threshold: float) -> float:
    """The height of a step line ("hv": each value holds as far as the next point) at a threshold."""
    assert line["line"]["shape"] == "hv"  # type: ignore[index]
    x, y = np.asarray(line["x"], float), np.asarray(line["y"], float)
    return float(y[np.flatnonzero(x >= threshold)[-1]])


def test_cost_and_queue_are_drawn_as_counted() -> None:
    ranking = rank(np.array([1, 1, 0, 1, 0], bool), np.array([0.9, 0.7, 0.5, 0.4, 0.1]))
    cost, queue = (line.to_plotly_json() for line in cost_figure(ranking, 0.5, 5.0, 1.0).data[:2])
    for threshold in (0.92, 0.9, 0.8, 0.6, 0.45, 0.2, 0.1):
        counts = ranking.counts_at(threshold)
        assert drawn_at(cost, threshold) == counts.cost(5.0, 1.0)
        assert drawn_at(queue, threshold) == counts.queue
    assert (cost["y"][0], queue["y"][0]) == (15, 0)  # nothing called positive


def ranking_of(rows: int, positives: int) -> Ranking:
    generator, truth = np.random.default_rng(0), np.arange(rows) < positives
    return rank(truth, generator.normal(size=rows) + 3.5 * truth)


def curve_of(figure: Any, name: str) -> tuple[np.ndarray, np.ndarray]:
    line = next(each for each in figure.data if each.name == name)
    return np.asarray(line.x, float), np.asarray(line.y, float)


SIZES = [(500_000, 500), (500_000, 5_000), (200_000, 100_000), (40, 10), (3_000, 0), (3_000, 3_000), (0, 0)]


@pytest.mark.parametrize(("rows", "positives"), SIZES)
def test_the_area_under_a_drawn_curve_is_the_exact_one(rows: int, positives: int) -> None:
    ranking = ranking_of(rows, positives)
    counts = ranking.counts_at(2.5)
    recall, precision = curve_of(pr_figure(ranking, None, counts), "precision-recall")
    fpr, tpr = curve_of(roc_figure(ranking, None, counts), "ROC")
    assert len(recall) <= MOST_POINTS + 1 >= len(fpr)
    if positives:
        steps = float(np.sum(np.diff(np.r_[0.0, recall]) * precision))
        assert steps == pytest.approx(average_precision(ranking), abs=2e-3)
        assert (counts.recall, counts.precision) in zip(recall, precision, strict=True)
    if 0 < positives < rows:
        assert np.trapezoid(tpr, fpr) == pytest.approx(roc_auc(ranking), abs=1e-3)
        assert (counts.false_positive_rate, counts.recall) in zip(fpr, tpr, strict=True)


def test_the_cost_of_few_positives_among_many_is_drawn_as_counted() -> None:
    ranking = ranking_of(500_000, 500)
    cost, queue = (line.to_plotly_json() for line in cost_figure(ranking, 2.5, 1000.0, 1.0).data[:2])
    for threshold in np.linspace(-4, 7, 40):
        counts = ranking.counts_at(float(threshold))
        assert drawn_at(cost, threshold) == pytest.approx(counts.cost(1000.0, 1.0), abs=0.02 * max(cost["y"]))
        assert drawn_at(queue, threshold) == pytest.approx(counts.queue, abs=0.02 * 500_000)


def test_a_bin_of_its_own_for_one_lies_within_the_axis() -> None:
    scores = np.array([[0.2], [0.9], [1.0], [1.0]])
    data = ScoreSet(scores, np.array([[0], [1], [1], [1]], bool), ("yes",), "binary")
    figure = reliability_diagram(calibration_of(data, 15, closed="extra"))
    bars = next(each for each in figure.data if each.type == "bar")
    assert max(np.asarray(bars.x) + np.asarray(bars.width) / 2) <= figure.layout.xaxis.range[1]
    assert reliability_diagram(calibration_of(data)).layout.xaxis.range == (0, 1)
