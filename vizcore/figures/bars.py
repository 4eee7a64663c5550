"""The best classes of one model as horizontal bars, and those of several models row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from vizcore.figures.theme import BAR_HEIGHT, INK, PAPER, family_accent
from vizcore.i18n.class_names import class_name_with_english
from vizcore.i18n.numbers import percent
from vizcore.results import FloatArray
from vizcore.zoo.cards import Family

if TYPE_CHECKING:
    import plotly.graph_objects as go

LONGEST_LABEL = 26
WORDS_INSIDE = 0.25  # a longer bar holds its number; beside a shorter one there is room for it
LETTER_PX = 6.6  # of a label beside its bar, on average


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


class Answer(Ranked, Protocol):
    """A model's shares of all its classes."""

    @property
    def labels(self) -> tuple[str, ...]: ...

    @property
    def probabilities(self) -> FloatArray: ...


def compared_rows(answers: Sequence[Answer], count: int = 5) -> list[list[tuple[str, float]]]:
    """`count` rows of (label, probability) for each answer, or one for each answer where there are more of them.

    Where all know the same classes, the rows are the same in the same order: the first class of each answer, then the
    second of each and so on until there are enough, ordered by their mean. Otherwise each answer has its own best.
    """
    if len({each.labels for each in answers}) != 1:
        return [[(label, probability) for _place, label, probability in each.top(count)] for each in answers]
    count = min(max(count, len(answers)), len(answers[0].labels))
    ranks = zip(*(each.top(count) for each in answers), strict=True)
    places = list(dict.fromkeys(place for rank in ranks for place, _label, _probability in rank))[:count]
    places.sort(key=lambda place: -sum(float(each.probabilities[place]) for each in answers))
    return [[(each.labels[place], float(each.probabilities[place])) for place in places] for each in answers]


def compared_bars(
    rows: Sequence[Sequence[tuple[str, float]]], families: Sequence[Family], *, dark: bool = False
) -> list[go.Figure]:
    """One figure for each model's rows, to stand side by side: as high, and their bars begin at the same place."""
    most = max((len(each) for each in rows), default=0)
    figures = [
        probability_bars(each, family, rows=most, dark=dark) for each, family in zip(rows, families, strict=True)
    ]
    if len({tuple(label for label, _probability in each) for each in rows}) > 1:
        longest = max(len(short_label(label)) for each in rows for label, _probability in each)
        for figure in figures:
            figure.update_layout(margin_l=round(LETTER_PX * longest) + 8, yaxis_automargin=False)
    return figures


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
        insidetextfont={"color": INK.light if dark else PAPER.light},
        textposition=["inside" if probability >= WORDS_INSIDE else "outside" for _, probability in best],
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
