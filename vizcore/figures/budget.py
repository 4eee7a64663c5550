"""How much of each budget is used?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vizcore.figures.theme import BAR_HEIGHT, family_accent
from vizcore.i18n.numbers import number

if TYPE_CHECKING:
    import plotly.graph_objects as go

Row = tuple[str, float, float]


def budget_figure(rows: Sequence[Row], *, dark: bool = False) -> go.Figure:
    """One bar a row (name, used, limit), in percent of its limit; longer than the axis where a limit was passed."""
    import plotly.graph_objects as go

    shares = [100 * used / limit if limit else 0.0 for _name, used, limit in rows]
    bar = go.Bar(
        x=shares,
        y=[name for name, _used, _limit in rows],
        text=[f"{number(used, 0)} / {number(limit, 0)}" for _name, used, limit in rows],
        orientation="h",
        textposition="auto",
        hoverinfo="skip",
        marker_color=family_accent("cnn", dark=dark),
        cliponaxis=False,
    )
    figure = go.Figure(bar)
    figure.update_layout(
        height=BAR_HEIGHT * len(rows) + 40,
        margin={"l": 0, "r": 8, "t": 4, "b": 24},
        xaxis={"range": [0, max([100.0, *shares])], "ticksuffix": " %", "fixedrange": True},
        yaxis={"fixedrange": True, "automargin": True, "autorange": "reversed"},
    )
    return figure
