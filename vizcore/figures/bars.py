"""The best classes of one model as horizontal bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from vizcore.figures.theme import BAR_HEIGHT, family_accent
from vizcore.i18n.class_names import class_name_with_english
from vizcore.i18n.numbers import percent
from vizcore.zoo.cards import Family

if TYPE_CHECKING:
    import plotly.graph_objects as go

LONGEST_LABEL = 26


def short_label(label: str) -> str:
    """A class by its first name, in the language in force, cut to fit beside a bar, safe to show in a figure.

    "tabby, tabby cat" -> "tabby"; in French "chat tigré (tabby)", the English name where both fit.
    """
    first = class_name_with_english(label, LONGEST_LABEL)
    cut = first if len(first) <= LONGEST_LABEL else first[: LONGEST_LABEL - 1] + "…"
    return cut.replace("<", "&lt;")


class Ranked(Protocol):
    """Whatever names its best classes."""

    def top(self, count: int) -> list[tuple[int, str, float]]:
        """(place, label, probability), best first."""
        ...


def top_bars(classification: Ranked, family: Family, count: int = 5, *, dark: bool = False) -> go.Figure:
    """`count` bars, the best on top, all on the same 0-100 % scale so that columns can be compared."""
    best = [(label, probability) for _, label, probability in classification.top(count)]
    return probability_bars(best, family, rows=count, dark=dark)


def probability_bars(
    entries: Sequence[tuple[str, float]], family: Family, *, rows: int = 0, dark: bool = False
) -> go.Figure:
    """(label, probability) with the first one on top. rows: how many bars the figure has room for; 0 = as many."""
    import plotly.graph_objects as go

    best = list(entries)[::-1]
    count = rows or len(best)
    bar = go.Bar(
        x=[100 * probability for _, probability in best],
        y=[short_label(label) for label, _ in best],
        text=[percent(probability) for _, probability in best],
        customdata=[label.replace("<", "&lt;") for label, _ in best],
        hovertemplate="%{customdata}: %{x:.2f} %<extra></extra>",
        orientation="h",
        marker_color=family_accent(family, dark=dark),
        textposition="auto",
        cliponaxis=False,
    )
    figure = go.Figure(bar)
    figure.update_layout(
        height=BAR_HEIGHT * count + 40,
        margin={"l": 0, "r": 8, "t": 4, "b": 24},
        xaxis={"range": [0, 100], "ticksuffix": " %", "fixedrange": True},
        yaxis={"fixedrange": True, "automargin": True},
    )
    return figure
