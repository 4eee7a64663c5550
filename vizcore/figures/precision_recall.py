"""Precision against recall as areas of different conventions take it, and both against the score threshold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from vizcore.figures.theme import CLASS_COLOURS, INK, LINE_WIDTH, MUTED_INK, PRIMARY, class_colour
from vizcore.i18n import _
from vizcore.i18n.class_names import names_of_classes
from vizcore.i18n.numbers import decimal
from vizcore.i18n.pieces import named

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from vizcore.metrics.detection.average_precision import PrecisionRecall
    from vizcore.metrics.detection.operating_point import ThresholdCurve

HEIGHT = 380
DASHES = ("solid", "dash", "dot", "dashdot")
MOST_POINTS = 400  # of one curve that can be clicked; a longer one is drawn as a line alone


def class_curves(
    curves: Sequence[tuple[str, PrecisionRecall]], *, score: float | None = None, dark: bool = False
) -> go.Figure:
    """Each class's curve with its detections as points (customdata: row of the detection) and its envelope.

    score: the threshold whose precision and recall are marked on each curve; None for no mark.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    seen: list[str] = []
    for (name, curve), words in zip(curves, names_of_classes([name for name, _curve in curves]), strict=True):
        colour = class_colour(name)
        shown = words.replace("<", "&lt;")
        line = {"color": colour, "width": LINE_WIDTH, "shape": "vh", "dash": DASHES[seen.count(colour) % len(DASHES)]}
        seen.append(colour)
        figure.add_scatter(
            x=np.r_[0.0, curve.recall],
            y=np.r_[curve.envelope[:1], curve.envelope],
            name=shown,
            mode="lines",
            line=line,
            hoverinfo="skip",
            legendgroup=shown,
        )
        if len(curve.found) <= MOST_POINTS:
            figure.add_scatter(**_points(shown, curve, colour, dark), legendgroup=shown, showlegend=False)
        if score is not None and (kept := int((np.asarray(curve.scores) >= score).sum())):
            figure.add_scatter(**_operating_point(shown, curve, kept, colour, dark), showlegend=False)
    _finish(figure, _("Recall"), _("Precision"))
    return figure


def _operating_point(name: str, curve: PrecisionRecall, kept: int, colour: str, dark: bool) -> dict[str, Any]:
    """A ring at the last of the `kept` detections that are above the threshold."""
    return {
        "x": [curve.recall[kept - 1]],
        "y": [curve.precision[kept - 1]],
        "name": name,
        "mode": "markers",
        "legendgroup": name,
        "marker": {"size": 19, "symbol": "circle-open", "color": INK.on(dark=dark), "line": {"width": 3}},
        "hovertemplate": named(name, _("operating point")) + "<br>R %{x:.3f}, P %{y:.3f}<extra></extra>",
    }


def _points(name: str, curve: PrecisionRecall, colour: str, dark: bool) -> dict[str, Any]:
    outline, score = MUTED_INK.on(dark=dark), _("score")
    return {
        "x": curve.recall,
        "y": curve.precision,
        "name": name,
        "mode": "markers",
        "customdata": [[int(row)] for row in curve.found],
        "text": [decimal(score, 3) for score in curve.scores],
        "marker": {
            "color": colour,
            "size": 9,
            "symbol": ["circle" if right else "x" for right in curve.right],
            "line": {"width": 1, "color": outline},
        },
        "hovertemplate": named(name, f"{score} %{{text}}") + "<br>R %{x:.3f}, P %{y:.3f}<extra></extra>",
    }


def convention_curve(curve: PrecisionRecall, *, dark: bool = False) -> go.Figure:
    """One class's curve as each convention reads it: steps, 11 points, 101 points, straight lines."""
    import plotly.graph_objects as go

    from vizcore.metrics.detection.average_precision import RECALL_POINTS, VOC_POINTS, precision_at, precision_envelope

    figure = go.Figure()
    ink = MUTED_INK.on(dark=dark)
    figure.add_scatter(
        x=curve.recall, y=curve.precision, mode="lines+markers", name=_("measured"),
        line={"color": ink, "width": 1, "dash": "dot"}, marker={"size": 5},
    )  # fmt: skip
    figure.add_scatter(
        x=np.r_[0.0, curve.recall], y=np.r_[curve.envelope[:1], curve.envelope], mode="lines",
        name=_("VOC: area under the steps"), fill="tozeroy",
        line={"color": CLASS_COLOURS[1], "width": LINE_WIDTH, "shape": "vh"},
    )  # fmt: skip
    figure.add_scatter(
        x=RECALL_POINTS, y=precision_at(curve.recall, curve.precision, RECALL_POINTS), mode="markers",
        name=_("COCO: 101 points"), marker={"color": CLASS_COLOURS[4], "size": 5},
    )  # fmt: skip
    figure.add_scatter(
        x=VOC_POINTS, y=precision_at(curve.recall, curve.precision, VOC_POINTS), mode="markers",
        name=_("VOC 2007: 11 points"), marker={"color": CLASS_COLOURS[5], "size": 11, "symbol": "diamond"},
    )  # fmt: skip
    figure.add_scatter(
        x=np.r_[0.0, curve.recall, 1.0], y=precision_envelope(np.r_[1.0, curve.precision, 0.0]), mode="lines",
        name=_("Ultralytics: straight lines to 1, 0"), line={"color": CLASS_COLOURS[6], "width": 2, "dash": "dash"},
    )  # fmt: skip
    _finish(figure, _("Recall"), _("Precision"))
    return figure


def threshold_curves(curve: ThresholdCurve, score: float, *, dark: bool = False) -> go.Figure:
    """Precision, recall and F1 against the score threshold, with a line at the one that is set."""
    import plotly.graph_objects as go

    figure = go.Figure()
    lines = ((_("Precision"), curve.precision), (_("Recall"), curve.recall), ("F1", curve.f1))
    for place, (name, values) in enumerate(lines):
        figure.add_scatter(
            x=curve.scores,
            y=values,
            name=name,
            mode="lines",
            line={"color": CLASS_COLOURS[(4, 5, 2)[place]], "width": LINE_WIDTH, "dash": DASHES[place], "shape": "hv"},
            hovertemplate=f"%{{x:.3f}}: %{{y:.3f}}<extra>{name}</extra>",
        )
    figure.add_vline(x=score, line={"color": PRIMARY.on(dark=dark), "width": 2})
    _finish(figure, _("Score threshold"), "")
    return figure


def _finish(figure: go.Figure, x_title: str, y_title: str) -> None:
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 8, "t": 8, "b": 0},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis={"title": x_title, "range": [-0.02, 1.02], "fixedrange": True},
        yaxis={"title": y_title, "range": [-0.02, 1.05], "fixedrange": True, "automargin": True},
        showlegend=True,
    )
