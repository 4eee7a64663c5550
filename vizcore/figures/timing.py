"""How long do detectors take? Each counted run in a histogram, and the phases of the median run as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from vizcore.figures.theme import BAR_HEIGHT, FAMILY_COLOURS, PHASE_COLOURS
from vizcore.results import FloatArray
from vizcore.zoo.cards import Family

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT = 280
BINS = 30


def time_histogram(runs: Sequence[tuple[str, Family, FloatArray]], *, axis: str, count: str) -> go.Figure:
    """Milliseconds of all counted runs, one colour for each detector: (title, family, milliseconds (n,)).

    axis, count: the words under and beside the figure.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    for title, family, milliseconds in runs:
        figure.add_histogram(
            x=milliseconds.tolist(),
            name=title.replace("<", "&lt;"),
            marker_color=FAMILY_COLOURS[family],
            opacity=0.75,
            nbinsx=BINS,
            hovertemplate="%{x} ms: %{y}<extra>%{fullData.name}</extra>",
        )
    figure.update_layout(
        barmode="overlay",
        height=HEIGHT,
        margin={"l": 0, "r": 8, "t": 8, "b": 24},
        legend={"orientation": "h", "y": -0.3, "yanchor": "top"},
        showlegend=True,
        xaxis={"title": axis, "rangemode": "tozero", "fixedrange": True},
        yaxis={"title": count, "tickformat": "d", "fixedrange": True, "automargin": True},
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
        height=BAR_HEIGHT * len(rows) + 110,
        margin={"l": 0, "r": 8, "t": 8, "b": 24},
        legend={"orientation": "h", "y": -0.4, "yanchor": "top"},
        xaxis={"title": axis, "rangemode": "tozero", "fixedrange": True},
        yaxis={"autorange": "reversed", "fixedrange": True, "automargin": True},
    )
    return figure
