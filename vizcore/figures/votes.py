"""How did the class vote?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vizcore.figures.theme import BAR_HEIGHT, family_accent

if TYPE_CHECKING:
    import plotly.graph_objects as go


def vote_bars(answers: Sequence[str], counts: Sequence[int], *, dark: bool = False) -> go.Figure:
    """One bar an answer, in the order in which they were asked, all from zero."""
    import plotly.graph_objects as go

    bar = go.Bar(
        x=list(counts),
        y=[f"{chr(65 + place)}  {text}".replace("<", "&lt;") for place, text in enumerate(answers)],
        text=[str(count) for count in counts],
        orientation="h",
        marker_color=family_accent("vit", dark=dark),
        textposition="auto",
        hoverinfo="skip",
        cliponaxis=False,
    )
    figure = go.Figure(bar)
    figure.update_layout(
        height=BAR_HEIGHT * len(answers) + 30,
        margin={"l": 0, "r": 8, "t": 4, "b": 8},
        xaxis={"rangemode": "tozero", "visible": False, "fixedrange": True},
        yaxis={"autorange": "reversed", "automargin": True, "fixedrange": True},
    )
    return figure
