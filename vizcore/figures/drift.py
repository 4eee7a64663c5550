"""Two sets of photos against each other: effects as bars, values as histograms, costs as lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from vizcore.figures.theme import BAR_HEIGHT, CLASS_COLOURS, MUTED_INK, PRIMARY
from vizcore.results import FloatArray

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT = 240
BINS = 24
DRIFTED = CLASS_COLOURS[5]
BEFORE, NOW = CLASS_COLOURS[4], CLASS_COLOURS[0]
ACTION_COLOURS = {"reject": CLASS_COLOURS[4], "review": CLASS_COLOURS[0], "accept": CLASS_COLOURS[2]}


def effect_bars(rows: Sequence[tuple[str, float, bool]], *, limit: float, axis: str, dark: bool = False) -> go.Figure:
    """rows: (name, effect in [-1, 1], drifted), the first on top; the limit is drawn on both sides.

    The colour is the verdict's, not the bar's: a property whose spread alone has changed drifts within the limits.
    """
    import plotly.graph_objects as go

    ordered = list(rows)[::-1]
    bar = go.Bar(
        x=[effect for _name, effect, _drifted in ordered],
        y=[name.replace("<", "&lt;") for name, *_ in ordered],
        orientation="h",
        marker_color=[DRIFTED if drifted else PRIMARY.on(dark=dark) for _name, _effect, drifted in ordered],
        hovertemplate="%{y}: %{x:.2f}<extra></extra>",
    )
    figure = go.Figure(bar)
    for side in (-limit, limit):
        figure.add_vline(x=side, line={"color": MUTED_INK.on(dark=dark), "dash": "dot"})
    figure.update_layout(
        height=max(HEIGHT, BAR_HEIGHT * len(ordered) + 70),
        margin={"l": 0, "r": 8, "t": 4, "b": 40},
        xaxis={"range": [-1, 1], "fixedrange": True, "title": axis},
        yaxis={"fixedrange": True, "automargin": True, "type": "category"},
    )
    return figure


def two_histograms(before: FloatArray, now: FloatArray, names: tuple[str, str], *, axis: str) -> go.Figure:
    """Shares of both sets in common bins, so that sets of different sizes can be compared."""
    import plotly.graph_objects as go

    both = np.concatenate([before, now])
    edges = np.histogram_bin_edges(both[np.isfinite(both)], BINS)
    figure = go.Figure()
    for values, name, colour in ((before, names[0], BEFORE), (now, names[1], NOW)):
        counts = np.histogram(values, edges)[0]
        figure.add_bar(
            x=((edges[:-1] + edges[1:]) / 2).tolist(),
            y=(100 * counts / max(1, counts.sum())).tolist(),
            width=float(edges[1] - edges[0]),
            name=name,
            marker_color=colour,
            opacity=0.6,
            hovertemplate="%{x:.2f}: %{y:.0f} %<extra>%{fullData.name}</extra>",
        )
    figure.update_layout(
        barmode="overlay",
        height=HEIGHT,
        margin={"l": 0, "r": 8, "t": 4, "b": 24},
        legend={"orientation": "h", "y": 1.15},
        xaxis={"title": axis, "fixedrange": True},
        yaxis={"ticksuffix": " %", "fixedrange": True},
    )
    return figure


def utility_lines(
    probabilities: FloatArray, lines: Mapping[str, FloatArray], names: Mapping[str, str], *,
    marks: Sequence[float], axis: str, value: str,
) -> go.Figure:  # fmt: skip
    """Expected utility of each action over the probability, the thresholds as vertical lines."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for action, values in lines.items():
        figure.add_scatter(
            x=probabilities.tolist(),
            y=values.tolist(),
            name=names[action],
            mode="lines",
            line={"color": ACTION_COLOURS[action], "width": 3},
            hovertemplate="%{x:.2f}: %{y:.2f}<extra>%{fullData.name}</extra>",
        )
    for mark in marks:
        figure.add_vline(x=mark, line={"color": MUTED_INK.light, "dash": "dot"})
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 8, "t": 4, "b": 24},
        legend={"orientation": "h", "y": 1.15},
        xaxis={"title": axis, "range": [0, 1], "fixedrange": True},
        yaxis={"title": value, "fixedrange": True},
    )
    return figure
