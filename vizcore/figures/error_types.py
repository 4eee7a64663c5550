"""Bars of what each type of error costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from vizcore.figures.theme import BAR_HEIGHT, CLASS_COLOURS, DIVERGING_SCALE, MUTED_INK
from vizcore.i18n.numbers import decimal, signed

if TYPE_CHECKING:
    import plotly.graph_objects as go

# One colour for each type, the same for counts and gains.
TYPE_COLOURS = {
    "classification": CLASS_COLOURS[6],
    "localisation": CLASS_COLOURS[1],
    "both": CLASS_COLOURS[7],
    "duplicate": CLASS_COLOURS[2],
    "background": CLASS_COLOURS[5],
    "missed": CLASS_COLOURS[0],
}


def error_bars(values: Mapping[str, float], names: Mapping[str, str], *, axis: str, decimals: int = 1) -> go.Figure:
    """A bar for each type, in the mapping's order from above; each bar's customdata is its place."""
    import plotly.graph_objects as go

    keys = list(values)
    bar = go.Bar(
        x=[values[key] for key in keys],
        y=[names[key] for key in keys],
        orientation="h",
        marker={"color": [TYPE_COLOURS[key] for key in keys]},
        text=[decimal(values[key], decimals) for key in keys],
        textposition="auto",
        customdata=[[place] for place in range(len(keys))],
        hovertemplate=f"%{{y}}: %{{x:.{decimals}f}}<extra></extra>",
        cliponaxis=False,
    )
    figure = go.Figure(bar)
    _finish(figure, len(keys), axis)
    return figure


def difference_bars(names: Sequence[str], values: Sequence[float], *, axis: str, dark: bool = False) -> go.Figure:
    """A bar to the right where B is better, to the left where A is; in percentage points."""
    import plotly.graph_objects as go

    ends = str(DIVERGING_SCALE[0][1]), str(DIVERGING_SCALE[-1][1])
    bar = go.Bar(
        x=list(values),
        y=[name.replace("<", "&lt;") for name in names],
        orientation="h",
        marker={"color": [ends[1] if value >= 0 else ends[0] for value in values]},
        text=[signed(value) for value in values],
        textposition="outside",
        hovertemplate="%{y}: %{x:+.2f}<extra></extra>",
        cliponaxis=False,
    )
    figure = go.Figure(bar)
    figure.add_vline(x=0, line={"color": MUTED_INK.on(dark=dark), "width": 1})
    _finish(figure, len(names), axis)
    reach = 1.25 * max([abs(value) for value in values] + [1.0])
    figure.update_xaxes(range=[-reach, reach])
    return figure


def _finish(figure: go.Figure, rows: int, axis: str) -> None:
    figure.update_layout(
        height=BAR_HEIGHT * rows + 70,
        margin={"l": 0, "r": 30, "t": 4, "b": 8},
        xaxis={"title": axis, "fixedrange": True},
        yaxis={"fixedrange": True, "automargin": True, "autorange": "reversed", "type": "category"},
        showlegend=False,
    )
