"""The reliability diagram: mean score against the share that is right, bin by bin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vizcore.figures.theme import CLASS_COLOURS, MUTED_INK
from vizcore.i18n import _

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from vizcore.metrics.detection.calibration import Calibration

HEIGHT = 360


def reliability_diagram(found: Calibration, *, dark: bool = False) -> go.Figure:
    """Bars of precision under the diagonal of perfect calibration; each bar's customdata is its bin."""
    import plotly.graph_objects as go

    known = np.flatnonzero(found.counts)
    centres = (found.edges[:-1] + found.edges[1:]) / 2
    right, mean_score = _("correct"), _("mean score")
    hover = f"{mean_score} %{{customdata[2]:.3f}}<br>{right} %{{y:.3f}}<br>n = %{{customdata[1]}}<extra></extra>"
    figure = go.Figure()
    figure.add_bar(
        x=centres[known],
        y=found.precision[known],
        width=(np.diff(found.edges) * 0.94)[known],
        marker={"color": CLASS_COLOURS[1]},
        customdata=[[int(row), int(found.counts[row]), float(found.confidence[row])] for row in known],
        hovertemplate=hover,
        name=right,
    )
    figure.add_scatter(
        x=found.confidence[known], y=found.precision[known], mode="markers", name=_("mean score of the bin"),
        marker={"color": CLASS_COLOURS[5], "size": 9, "symbol": "diamond"}, hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", name=_("perfect calibration"), hoverinfo="skip",
        line={"color": MUTED_INK.on(dark=dark), "dash": "dash", "width": 2},
    )  # fmt: skip
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 8, "t": 8, "b": 0},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis={"title": _("Score"), "range": [0, max(1.0, float(found.edges[-1]))], "fixedrange": True},
        yaxis={"title": _("Share that is right"), "range": [0, 1.02], "fixedrange": True, "automargin": True},
    )
    return figure
