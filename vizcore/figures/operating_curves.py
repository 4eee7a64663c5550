"""ROC and precision-recall curves with their bands and the point where a threshold stands; scores, cost, queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vizcore.figures.theme import CLASS_COLOURS, IN_BOTH, LINE_WIDTH, MISSED, MUTED_INK, PRIMARY, TOO_MUCH
from vizcore.i18n import _
from vizcore.i18n.numbers import decimal

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from vizcore.metrics.classification.bootstrap import Bands
    from vizcore.metrics.classification.counts import Counts
    from vizcore.metrics.classification.dataset import IntArray
    from vizcore.metrics.classification.ranking import Ranking
    from vizcore.results import FloatArray

HEIGHT = 300
MOST_POINTS = 600  # of one drawn curve; a longer one is thinned evenly along its way
MARGIN = {"l": 0, "r": 8, "t": 8, "b": 0}


def roc_figure(ranking: Ranking, bands: Bands | None, counts: Counts, *, dark: bool = False) -> go.Figure:
    """True against false positive rate, steps of equal scores drawn straight, and the diagonal of a coin."""
    import plotly.graph_objects as go

    from vizcore.metrics.classification.ranking import roc_points

    fpr, tpr, thresholds = roc_points(ranking)
    keep = _with_point(_thinned(fpr, tpr), np.r_[0, ranking.tp + ranking.fp], counts)
    figure = go.Figure()
    if bands is not None and bands.used:
        _add_band(figure, bands.tpr)
    _add_line(figure, [0, 1], [0, 1], _("a coin"), dark)
    _add_curve(figure, fpr[keep], tpr[keep], thresholds[keep], "ROC", "linear")
    _add_point(figure, counts.false_positive_rate, counts.recall, dark)
    return _finished(figure, _("False positive rate = FP / (FP + TN)"), _("True positive rate = TP / (TP + FN)"))


def pr_figure(ranking: Ranking, bands: Bands | None, counts: Counts, *, dark: bool = False) -> go.Figure:
    """Precision against recall in steps; the hollow mark is scikit-learn's added point, which no threshold reaches."""
    import plotly.graph_objects as go

    from vizcore.metrics.classification.ranking import precision_recall_points

    precision, recall = precision_recall_points(ranking)
    corners = _gains(ranking)
    keep = _with_point(corners[_thinned(recall[corners], precision[corners])], ranking.tp + ranking.fp, counts)
    figure = go.Figure()
    if bands is not None and bands.used:
        _add_band(figure, bands.precision)
    _add_line(figure, [0, 1], [ranking.prevalence] * 2, _("prevalence (a coin)"), dark)
    _add_curve(figure, recall[keep], precision[keep], ranking.thresholds[keep], _("precision-recall"), "vh")
    figure.add_scatter(
        x=[0], y=[1], mode="markers", name=_("added point (0, 1)"), hoverinfo="name",
        marker={"symbol": "circle-open", "size": 10, "color": MUTED_INK.on(dark=dark)},
    )  # fmt: skip
    _add_point(figure, counts.recall, counts.precision, dark)
    return _finished(figure, _("Recall = TP / (TP + FN)"), _("Precision = TP / (TP + FP)"))


def score_histogram(truth: Any, scores: FloatArray, threshold: float, *, dark: bool = False) -> go.Figure:
    """How many examples of each side have which score; the line is the threshold."""
    import plotly.graph_objects as go

    low, high = (float(scores.min()), float(scores.max())) if len(scores) else (0.0, 1.0)
    low, high = (0.0, 1.0) if low >= 0 and high <= 1 else (low, high)
    edges = np.linspace(low, high if high > low else low + 1, 41)
    centres = (edges[:-1] + edges[1:]) / 2
    figure = go.Figure()
    for name, side, colour in ((_("negative"), ~truth, MISSED), (_("positive"), truth, IN_BOTH)):
        counts, _edges = np.histogram(scores[side], edges)
        figure.add_bar(
            x=centres, y=counts, width=edges[1] - edges[0], name=name, marker={"color": colour, "line": {"width": 0}}
        )
    figure.add_vline(x=threshold, line={"color": PRIMARY.on(dark=dark), "width": LINE_WIDTH})
    figure.update_layout(barmode="stack", bargap=0)
    figure.update_yaxes(rangemode="tozero")
    return _finished(figure, _("Score"), _("Examples"), unit=False)


def cost_figure(ranking: Ranking, threshold: float, miss: float, alarm: float, *, dark: bool = False) -> go.Figure:
    """Cost of each threshold, and the queue: the examples called positive."""
    import plotly.graph_objects as go

    costs, queue = ranking.costs(miss, alarm), ranking.tp + ranking.fp
    keep = _thinned(ranking.thresholds, costs, queue)
    above = _above(ranking.thresholds)
    x = np.r_[above, ranking.thresholds[keep]]
    costs = np.r_[np.full(len(above), miss * ranking.positives), costs[keep]]
    queue = np.r_[np.zeros(len(above)), queue[keep]]
    figure = go.Figure()
    figure.add_scatter(
        x=x, y=costs, name=_("cost"), mode="lines", line={"color": TOO_MUCH, "width": LINE_WIDTH, "shape": "hv"}
    )
    figure.add_scatter(
        x=x, y=queue, name=_("queue"), mode="lines",
        line={"color": CLASS_COLOURS[1], "width": 2, "shape": "hv", "dash": "dot"},
    )  # fmt: skip
    figure.add_vline(x=threshold, line={"color": PRIMARY.on(dark=dark), "width": LINE_WIDTH})
    figure.update_yaxes(rangemode="tozero")
    return _finished(figure, _("Score threshold"), _("Cost, or examples in the queue"), unit=False)


def _above(thresholds: FloatArray) -> FloatArray:
    """A threshold above every score, where nothing is called positive; none where there is no score."""
    return thresholds[:1] + 0.05 * max(float(np.ptp(thresholds)), 0.1) if len(thresholds) else thresholds


def _thinned(*axes: FloatArray | IntArray) -> IntArray:
    """Places of at most `MOST_POINTS` points of a curve (k,) each axis, as far from each other along its way; every
    axis is as long as the others, whatever its unit.
    """
    if len(axes[0]) <= MOST_POINTS:
        return np.arange(len(axes[0]))
    steps = [np.abs(np.diff(np.nan_to_num(axis))) / (np.ptp(np.nan_to_num(axis)) or 1.0) for axis in axes]
    way = np.r_[0.0, np.cumsum(np.sum(steps, axis=0))]
    return np.unique(np.searchsorted(way, np.linspace(0, way[-1], MOST_POINTS)))


def _gains(ranking: Ranking) -> IntArray:
    """Places at which recall grows, with the first and the last: the corners of the steps whose area is the average
    precision."""
    grows = np.diff(ranking.tp, prepend=0) > 0
    grows[:1] = grows[-1:] = True
    return np.flatnonzero(grows)


def _with_point(keep: IntArray, queues: IntArray, counts: Counts) -> IntArray:
    """With the place of the threshold that is set, so that its point lies on the curve. queues (k,): called positive
    at each place."""
    return np.union1d(keep, np.flatnonzero(queues == counts.queue))


def _add_band(figure: go.Figure, band: FloatArray) -> None:
    from vizcore.metrics.classification.bootstrap import GRID

    figure.add_scatter(
        x=np.r_[GRID, GRID[::-1]], y=np.r_[band[1], band[0][::-1]], fill="toself", mode="lines",
        line={"width": 0}, fillcolor="rgba(86, 180, 233, 0.28)", hoverinfo="skip", name=_("95 % of resamples"),
    )  # fmt: skip


def _add_line(figure: go.Figure, x: list[float], y: list[float], name: str, dark: bool) -> None:
    line = {"color": MUTED_INK.on(dark=dark), "dash": "dash", "width": 2}
    figure.add_scatter(x=x, y=y, mode="lines", name=name, hoverinfo="skip", line=line)


def _add_curve(figure: go.Figure, x: FloatArray, y: FloatArray, at: FloatArray, name: str, shape: str) -> None:
    written = ["∞" if not np.isfinite(each) else decimal(each, 3) for each in at]
    figure.add_scatter(
        x=x, y=y, mode="lines", name=name, text=written,
        line={"color": CLASS_COLOURS[4], "width": LINE_WIDTH, "shape": shape},
        hovertemplate=_("threshold") + " %{text}<br>%{x:.3f}, %{y:.3f}<extra></extra>",
    )  # fmt: skip


def _add_point(figure: go.Figure, x: float, y: float, dark: bool) -> None:
    figure.add_scatter(
        x=[x], y=[y], mode="markers", name=_("this threshold"),
        marker={"color": CLASS_COLOURS[5], "size": 14, "line": {"width": 2, "color": MUTED_INK.on(dark=dark)}},
        hovertemplate="%{x:.3f}, %{y:.3f}<extra></extra>",
    )  # fmt: skip


def _finished(figure: go.Figure, x: str, y: str, *, unit: bool = True) -> go.Figure:
    limits: dict[str, Any] = {"range": [-0.02, 1.03]} if unit else {}
    figure.update_layout(
        height=HEIGHT,
        margin=MARGIN,
        showlegend=not unit,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "font": {"size": 11}},
    )
    figure.update_xaxes(title=x, fixedrange=True, **limits)
    figure.update_yaxes(title=y, fixedrange=True, automargin=True, **limits)
    return figure
