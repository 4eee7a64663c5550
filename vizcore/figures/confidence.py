"""How do confidences and success rates move along the steps of an attack, or with its budget?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from vizcore.figures.theme import FAMILY_COLOURS, LINE_WIDTH, MUTED_INK
from vizcore.zoo.cards import Family

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from vizcore.results import FloatArray

HEIGHT = 260
DASHES = ("solid", "dash", "dot")


def share_lines(
    places: Sequence[float] | Sequence[str],
    lines: Mapping[str, FloatArray],
    family: Family,
    *,
    axis: str,
    dark: bool = False,
) -> go.Figure:
    """Shares in [0, 1] over `places` (numbers or names), drawn in percent.

    The first line has the family's colour, the others are quiet and told apart by their dashes.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    for index, (name, values) in enumerate(lines.items()):
        colour = FAMILY_COLOURS[family] if index == 0 else MUTED_INK.on(dark=dark)
        figure.add_scatter(
            x=list(places),
            y=100 * np.asarray(values, dtype=np.float64),
            name=name.replace("<", "&lt;"),
            mode="lines+markers" if len(places) <= 20 else "lines",
            line={"color": colour, "width": LINE_WIDTH, "dash": DASHES[index % len(DASHES)]},
            hovertemplate="%{x}: %{y:.1f} %<extra></extra>",
        )
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 8, "t": 8, "b": 0},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis={"title": axis, "fixedrange": True, "type": "category" if _named(places) else "linear"},
        yaxis={"range": [-2, 102], "ticksuffix": " %", "fixedrange": True},
        showlegend=True,
    )
    return figure


def _named(places: Sequence[float] | Sequence[str]) -> bool:
    return any(isinstance(place, str) for place in places)
