"""Does the wrong answer hold, disturbance by disturbance? Horizontal bars of the wrong answer's confidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vizcore.figures.theme import FAMILY_COLOURS, MUTED_INK
from vizcore.i18n.numbers import percent
from vizcore.zoo.cards import Family

if TYPE_CHECKING:
    import plotly.graph_objects as go

BAR = 22


@dataclass(frozen=True)
class Bar:
    """One line: what was done, the confidence in [0, 1], whether the goal still holds, the answer in words."""

    name: str
    confidence: float
    holds: bool
    answer: str


def surviving_bars(bars: Sequence[Bar], family: Family, *, dark: bool = False) -> go.Figure:
    """Coloured where the attack still works, quiet where it does not; from top to bottom as given."""
    import plotly.graph_objects as go

    shown = list(bars)[::-1]
    quiet = MUTED_INK.on(dark=dark)
    bar = go.Bar(
        x=[100 * each.confidence for each in shown],
        y=[each.name for each in shown],
        customdata=[each.answer.replace("<", "&lt;") for each in shown],
        text=[f"{'✓' if each.holds else '✗'} {percent(each.confidence, 0)}" for each in shown],
        textposition="outside",
        hovertemplate="%{y}: %{x:.1f} % · %{customdata}<extra></extra>",
        orientation="h",
        marker_color=[FAMILY_COLOURS[family] if each.holds else quiet for each in shown],
        cliponaxis=False,
    )
    figure = go.Figure(bar)
    figure.update_layout(
        height=BAR * len(shown) + 40,
        margin={"l": 0, "r": 60, "t": 4, "b": 24},
        xaxis={"range": [0, 100], "ticksuffix": " %", "fixedrange": True},
        yaxis={"fixedrange": True, "automargin": True, "type": "category"},
    )
    return figure
