"""Does what a curve shows at a threshold equal what is counted there?"""

from __future__ import annotations

import numpy as np

from vizcore.figures.calibration import reliability_diagram
from vizcore.figures.operating_curves import cost_figure
from vizcore.metrics.classification.calibration import calibration_of
from vizcore.metrics.classification.dataset import ScoreSet
from vizcore.metrics.classification.ranking import rank


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


def test_a_bin_of_its_own_for_one_lies_within_the_axis() -> None:
    scores = np.array([[0.2], [0.9], [1.0], [1.0]])
    data = ScoreSet(scores, np.array([[0], [1], [1], [1]], bool), ("yes",), "binary")
    figure = reliability_diagram(calibration_of(data, 15, closed="extra"))
    bars = next(each for each in figure.data if each.type == "bar")
    assert max(np.asarray(bars.x) + np.asarray(bars.width) / 2) <= figure.layout.xaxis.range[1]
    assert reliability_diagram(calibration_of(data)).layout.xaxis.range == (0, 1)
