"""How do the numbers of attention grow with the side of the picture?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vizcore.figures.theme import FAMILY_COLOURS, MUTED_INK
from vizcore.zoo.cards import Family

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from vizcore.features.cost import CostRow

HEIGHT = 320

# What is drawn: (attribute of CostRow, family whose colour it has).
LINKS: tuple[tuple[str, Family], ...] = (("vit_links", "vit"), ("swin_links", "swin"))
MACS: tuple[tuple[str, Family], ...] = (("vit_macs", "vit"), ("swin_macs", "swin"), ("convnext_macs", "cnn"))
DASHES = {"vit": "solid", "swin": "dash", "cnn": "dot"}


def cost_curves(
    rows: Sequence[CostRow],
    lines: Sequence[tuple[str, Family]],
    names: dict[str, str],
    *,
    now: float,
    axes: tuple[str, str],
    dark: bool = False,
) -> go.Figure:
    """One line for each kind of block over the side of a square picture, both axes logarithmic.

    lines: LINKS or MACS. names: of the families. now: the side to mark. axes: words of the horizontal and vertical one.
    """
    import plotly.graph_objects as go

    sides = [row.side for row in rows]
    figure = go.Figure()
    for attribute, family in lines:
        figure.add_scatter(
            x=sides,
            y=[getattr(row, attribute) for row in rows],
            name=names[family],
            mode="lines",
            line={"color": FAMILY_COLOURS[family], "dash": DASHES[family], "width": 3},
            hovertemplate="%{x} px: %{y:.3s}<extra>%{fullData.name}</extra>",
        )
    figure.add_vline(x=now, line={"color": MUTED_INK.on(dark=dark), "dash": "dot"})
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 8, "t": 8, "b": 24},
        legend={"orientation": "h", "y": -0.25},
        xaxis={"type": "log", "title": axes[0], "tickvals": sides[::2], "fixedrange": True},
        yaxis={"type": "log", "title": axes[1], "exponentformat": "SI", "dtick": 1, "fixedrange": True},
    )
    return figure
