"""Shares with their intervals as horizontal bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vizcore.figures.theme import BAR_HEIGHT, MUTED_INK, PRIMARY

if TYPE_CHECKING:
    import plotly.graph_objects as go


def rate_bars(rows: Sequence[tuple[str, float, float, float]], *, axis: str, dark: bool = False) -> go.Figure:
    """rows: (name, share, low, high), shares in [0, 1]; the first on top, on a 0-100 % scale."""
    import plotly.graph_objects as go

    ordered = list(rows)[::-1]
    bar = go.Bar(
        x=[100 * share for _name, share, _low, _high in ordered],
        y=[name.replace("<", "&lt;") for name, *_ in ordered],
        orientation="h",
        marker_color=PRIMARY.on(dark=dark),
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [100 * max(0.0, high - share) for _name, share, _low, high in ordered],
            "arrayminus": [100 * max(0.0, share - low) for _name, share, low, _high in ordered],
            "color": MUTED_INK.on(dark=dark),
        },
        customdata=[[100 * low, 100 * high] for _name, _share, low, high in ordered],
        hovertemplate="%{y}: %{x:.0f} % (%{customdata[0]:.0f} - %{customdata[1]:.0f} %)<extra></extra>",
    )
    figure = go.Figure(bar)
    figure.update_layout(
        height=BAR_HEIGHT * len(ordered) + 70,
        margin={"l": 0, "r": 8, "t": 4, "b": 40},
        xaxis={"range": [0, 100], "ticksuffix": " %", "fixedrange": True, "title": axis},
        yaxis={"fixedrange": True, "automargin": True, "type": "category"},
    )
    return figure


def time_bars(rows: Sequence[tuple[str, float, float, float]], *, axis: str) -> go.Figure:
    """rows: (name, median, first and third quartile) in milliseconds, the first on top."""
    import plotly.graph_objects as go

    ordered = list(rows)[::-1]
    bar = go.Bar(
        x=[median for _name, median, _low, _high in ordered],
        y=[name.replace("<", "&lt;") for name, *_ in ordered],
        orientation="h",
        marker_color=PRIMARY.light,
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [high - median for _name, median, _low, high in ordered],
            "arrayminus": [median - low for _name, median, low, _high in ordered],
            "color": MUTED_INK.light,
        },
        hovertemplate="%{y}: %{x:.2f} ms<extra></extra>",
    )
    figure = go.Figure(bar)
    figure.update_layout(
        height=BAR_HEIGHT * len(ordered) + 70,
        margin={"l": 0, "r": 8, "t": 4, "b": 40},
        xaxis={"fixedrange": True, "title": axis, "rangemode": "tozero"},
        yaxis={"fixedrange": True, "automargin": True, "type": "category"},
    )
    return figure
