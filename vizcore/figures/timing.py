"""How long do detectors take? Each counted run in a histogram, and the phases of the median run as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from vizcore.figures.theme import FAMILY_COLOURS, PHASE_COLOURS
from vizcore.results import FloatArray
from vizcore.zoo.cards import Family

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT = 280
BINS = 30


def time_histogram(runs: Sequence[tuple[str, Family, FloatArray]], *, axis: str, count: str) -> go.Figure:
    """Counted runs in common bins, one colour for each detector.

    runs: (title, family, milliseconds (n,)). axis, count: the words under and beside the figure.
    """
    import plotly.graph_objects as go

    edges = np.histogram_bin_edges(np.concatenate([milliseconds for _title, _family, milliseconds in runs]), BINS)
    figure, highest = go.Figure(), 1
    for title, family, milliseconds in runs:
        counts = np.histogram(milliseconds, edges)[0]
        highest = max(highest, int(counts.max()))
        figure.add_bar(
            x=((edges[:-1] + edges[1:]) / 2).tolist(),
            y=counts.tolist(),
            width=float(edges[1] - edges[0]),
            name=title.replace("<", "&lt;"),
            marker_color=FAMILY_COLOURS[family],
            opacity=0.75,
            hovertemplate="%{x:.1f} ms: %{y}<extra>%{fullData.name}</extra>",
        )
    figure.update_layout(
        barmode="overlay",
        height=HEIGHT,
        margin={"l": 0, "r": 8, "t": 8, "b": 24},
        legend={"orientation": "h", "y": -0.3, "yanchor": "top"},
        showlegend=True,
        xaxis={"title": axis, "rangemode": "tozero", "fixedrange": True},
        yaxis={"title": count, "dtick": max(1, -(-highest // 5)), "fixedrange": True, "automargin": True},
    )
    return figure


def phase_bars(rows: Sequence[tuple[str, Mapping[str, float]]], names: Mapping[str, str], *, axis: str) -> go.Figure:
    """One bar for each detector, its phases in milliseconds one after the other; names: of the phases in words."""
    import plotly.graph_objects as go

    figure = go.Figure()
    titles = [title.replace("<", "&lt;") for title, _phases in rows]
    for phase, name in names.items():
        figure.add_bar(
            x=[phases[phase] for _title, phases in rows],
            y=titles,
            name=name,
            orientation="h",
            marker_color=PHASE_COLOURS[phase],
            hovertemplate="%{x:.2f} ms<extra>%{fullData.name}</extra>",
        )
    figure.update_layout(
        barmode="stack",
        height=HEIGHT,
        margin={"l": 0, "r": 8, "t": 8, "b": 24},
        legend={"orientation": "h", "y": -0.3, "yanchor": "top", "traceorder": "normal"},
        xaxis={"title": axis, "rangemode": "tozero", "fixedrange": True},
        yaxis={"autorange": "reversed", "fixedrange": True, "automargin": True},
    )
    return figure
