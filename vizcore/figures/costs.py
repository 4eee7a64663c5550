"""What do runtimes cost? Steps as stacked bars, all runs as a histogram, latency over load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from vizcore.figures.theme import CLASS_COLOURS, PHASE_COLOURS, PRIMARY
from vizcore.results import FloatArray

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT = 260
BINS = 30
STEP_COLOURS = {**PHASE_COLOURS, "transfer": "#cc79a7"}
RUNTIME_COLOURS = (CLASS_COLOURS[4], CLASS_COLOURS[2], CLASS_COLOURS[0], CLASS_COLOURS[6])


def step_bars(rows: Sequence[tuple[str, Mapping[str, float]]], names: Mapping[str, str], *, axis: str) -> go.Figure:
    """One bar for each runtime, its steps in milliseconds one after the other."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for step, name in names.items():
        figure.add_bar(
            x=[steps[step] for _title, steps in rows],
            y=[title for title, _steps in rows],
            name=name,
            orientation="h",
            marker_color=STEP_COLOURS[step],
            hovertemplate="%{x:.2f} ms<extra>%{fullData.name}</extra>",
        )
    return _laid_out(
        figure,
        barmode="stack",
        xaxis={"title": axis, "rangemode": "tozero", "fixedrange": True},
        yaxis={"autorange": "reversed", "fixedrange": True, "automargin": True},
    )


def run_histogram(runs: Sequence[tuple[str, FloatArray]], *, axis: str, count: str) -> go.Figure:
    """Every counted run in common bins, one colour for each runtime."""
    import plotly.graph_objects as go

    edges = np.histogram_bin_edges(np.concatenate([values for _title, values in runs]), BINS)
    figure = go.Figure()
    for place, (title, values) in enumerate(runs):
        figure.add_bar(
            x=((edges[:-1] + edges[1:]) / 2).tolist(),
            y=np.histogram(values, edges)[0].tolist(),
            width=float(edges[1] - edges[0]),
            name=title,
            marker_color=RUNTIME_COLOURS[place % len(RUNTIME_COLOURS)],
            opacity=0.8,
            hovertemplate="%{x:.1f} ms: %{y}<extra>%{fullData.name}</extra>",
        )
    return _laid_out(
        figure,
        barmode="overlay",
        showlegend=True,
        xaxis={"title": axis, "rangemode": "tozero", "fixedrange": True},
        yaxis={"title": count, "fixedrange": True},
    )


def load_curve(
    rows: Sequence[tuple[float, float, float]],
    names: tuple[str, str],
    *,
    axis: str,
    time: str,
    measured: Sequence[tuple[float, float, float]] = (),
    measured_name: str = "",
) -> go.Figure:
    """rows: (requests a second, median, slowest tenth) in milliseconds, over the load. measured: the same as points."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for place, name in enumerate(names, start=1):
        figure.add_scatter(
            x=[row[0] for row in rows],
            y=[row[place] for row in rows],
            name=name,
            mode="lines+markers",
            line={"color": PRIMARY.light if place == 1 else CLASS_COLOURS[5], "width": 3},
            hovertemplate="%{x:.1f}/s: %{y:.1f} ms<extra>%{fullData.name}</extra>",
        )
    for place, name in enumerate(names, start=1) if measured else ():
        figure.add_scatter(
            x=[row[0] for row in measured],
            y=[row[place] for row in measured],
            name=f"{name} ({measured_name})",
            mode="markers",
            marker={"color": PRIMARY.light if place == 1 else CLASS_COLOURS[5], "size": 13, "symbol": "diamond-open"},
            hovertemplate="%{x:.1f}/s: %{y:.1f} ms<extra>%{fullData.name}</extra>",
        )
    return _laid_out(
        figure,
        xaxis={"title": axis, "rangemode": "tozero", "fixedrange": True},
        yaxis={"title": time, "type": "log", "fixedrange": True},
    )


def size_curve(rows: Sequence[tuple[int, float, float]], names: tuple[str, str], *, axis: str) -> go.Figure:
    """rows: (side, milliseconds, share of kept decisions in [0, 1]); two axes, one for each."""
    import plotly.graph_objects as go

    figure = go.Figure()
    figure.add_scatter(
        x=[side for side, _ms, _kept in rows],
        y=[ms for _side, ms, _kept in rows],
        name=names[0],
        mode="lines+markers",
        line={"color": PRIMARY.light, "width": 3},
        hovertemplate="%{x} px: %{y:.1f} ms<extra></extra>",
    )
    figure.add_scatter(
        x=[side for side, _ms, _kept in rows],
        y=[100 * kept for _side, _ms, kept in rows],
        name=names[1],
        yaxis="y2",
        mode="lines+markers",
        line={"color": CLASS_COLOURS[2], "width": 3, "dash": "dot"},
        hovertemplate="%{x} px: %{y:.0f} %<extra></extra>",
    )
    return _laid_out(
        figure,
        xaxis={"title": axis, "fixedrange": True, "tickvals": [side for side, *_ in rows]},
        yaxis={"title": names[0], "rangemode": "tozero", "fixedrange": True},
        yaxis2={"title": names[1], "range": [0, 105], "tickvals": [0, 25, 50, 75, 100], "ticksuffix": " %",
                "overlaying": "y", "side": "right", "fixedrange": True, "showgrid": False},
    )  # fmt: skip


def _laid_out(figure: go.Figure, **layout: object) -> go.Figure:
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 8, "t": 8, "b": 24},
        legend={"orientation": "h", "y": -0.35, "yanchor": "top", "traceorder": "normal"},
        **layout,
    )
    return figure
