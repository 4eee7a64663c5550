"""How retrieval goes with the number of answers looked at, and which classes are found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from vizcore.figures.theme import CLASS_COLOURS, FAMILY_COLOURS
from vizcore.i18n import _
from vizcore.i18n.class_names import names_of_classes
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from vizcore.similarity import RetrievalScores

HEIGHT = 320
LONGEST_K = 20
DASHES = ("solid", "dash", "dot", "dashdot")
PATTERNS = ("", "/", "x", ".")


def recall_curves(found: Sequence[tuple[ModelCard, RetrievalScores]]) -> go.Figure:
    """Recall@K for K = 1..20, a line for each model, in percent."""
    import plotly.graph_objects as go

    counts = list(range(1, LONGEST_K + 1))
    figure = go.Figure()
    for place, (card, scores) in enumerate(found):
        line = {"color": FAMILY_COLOURS[card.family], "dash": DASHES[place % len(DASHES)], "width": 3}
        values = [100 * scores.recall_at(count) for count in counts]
        figure.add_scatter(
            x=counts, y=values, name=card.title, line=line, hovertemplate="K = %{x}: %{y:.1f} %<extra></extra>"
        )
    _finish(figure, "K", _("Recall@K"))
    return figure


def recall_against_time(lines: Mapping[str, Sequence[tuple[float, float]]], *, axis: str, value: str) -> go.Figure:
    """lines: index -> (microseconds a query, recall in [0, 1]) at each of its settings."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for place, (name, points) in enumerate(lines.items()):
        figure.add_scatter(
            x=[time for time, _recall in points],
            y=[100 * recall for _time, recall in points],
            name=name,
            mode="lines+markers",
            line={"color": CLASS_COLOURS[place], "width": 3, "dash": DASHES[place % len(DASHES)]},
            marker={"size": 10},
            hovertemplate="%{x:.1f} µs: %{y:.1f} %<extra>%{fullData.name}</extra>",
        )
    _finish(figure, axis, value)
    figure.update_xaxes(type="log")
    return figure


def class_bars(found: Sequence[tuple[ModelCard, RetrievalScores]], labels: Sequence[str]) -> go.Figure:
    """Mean average precision of each class's queries, a bar for each model, in percent."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for place, (card, scores) in enumerate(found):
        means = class_means(scores, labels)
        colours = {"color": FAMILY_COLOURS[card.family], "pattern": {"shape": PATTERNS[place % len(PATTERNS)]}}
        figure.add_bar(
            x=[name.replace("<", "&lt;") for name in names_of_classes(list(means))],
            y=[100 * value for value in means.values()],
            name=card.title,
            marker=colours,
            hovertemplate="%{x}: %{y:.1f} %<extra></extra>",
        )
    _finish(figure, "", _("Mean AP of the class"))
    figure.update_xaxes(type="category", tickangle=-45)
    return figure


def class_means(scores: RetrievalScores, labels: Sequence[str]) -> dict[str, float]:
    """Mean AP over the queries of each class, by class name."""
    values: dict[str, list[float]] = {}
    for query, precision in zip(scores.queries, scores.average_precisions, strict=True):
        values.setdefault(labels[int(query)], []).append(float(precision))
    return {name: sum(each) / len(each) for name, each in sorted(values.items())}


def _finish(figure: go.Figure, x_title: str, y_title: str) -> None:
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        showlegend=True,
        legend={"orientation": "h", "y": 1.15},
        xaxis={"title": x_title, "fixedrange": True},
        yaxis={"title": y_title, "range": [0, 105], "ticksuffix": " %", "fixedrange": True},
    )
