"""Pictures as points on a map, coloured by their class, ready to be lassoed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from vizcore.figures.theme import INK, MUTED_INK, class_colour
from vizcore.results import FloatArray

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT = 440  # without the legend
LEGEND_ROW, LEGEND_COLUMNS = 20, 2  # pixels of a row of the legend, and columns in half a page
POINT_SIZE = 11
SYMBOLS = ("circle", "square", "diamond", "cross", "triangle-up", "star", "triangle-down", "x")


def projection_map(
    points: FloatArray,
    labels: Sequence[str],
    names: Sequence[str],
    *,
    titles: tuple[str, str] | None = None,
    ringed: Collection[int] = (),
    legend: bool = True,
    spans: Sequence[tuple[float, float]] | None = None,
    dark: bool = False,
) -> go.Figure:
    """points (n, 2), one trace for each label. `customdata` of a point is the number of its picture.

    titles: of the axes; without them the axes have neither words nor numbers. ringed: pictures to be marked.
    legend: whether it is drawn; its place is kept either way, so that maps beside each other are of one size.
    spans: the ends of each axis, so that models side by side have one scale; None: around the points.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    symbols = class_symbols(labels)
    for label in symbols:
        members = np.array([i for i, each in enumerate(labels) if each == label])
        figure.add_scatter(
            x=points[members, 0],
            y=points[members, 1],
            mode="markers",
            name=_safe(label) or "–",
            customdata=members,
            text=[_safe(names[i]) for i in members],
            hovertemplate="%{text}<extra></extra>",
            marker={
                "size": POINT_SIZE,
                "color": class_colour(label) if label else MUTED_INK.on(dark=dark),
                "symbol": symbols[label],
                "line": {"width": 1, "color": INK.light},
            },
        )
    if ringed:
        _add_rings(figure, points[sorted(ringed)], dark)
    _finish(figure, titles, classes=len(symbols))
    figure.update_layout(showlegend=legend and len(symbols) > 1)
    if spans is not None:
        figure.update_xaxes(range=list(spans[0]))
        figure.update_yaxes(range=list(spans[1]))
    return figure


def class_symbols(labels: Sequence[str]) -> dict[str, str]:
    """A symbol for each class, by name: circles, and others only for classes whose colour another has already."""
    symbols: dict[str, str] = {}
    taken: Counter[str] = Counter()
    for label in sorted(set(labels)):
        colour = class_colour(label)
        symbols[label] = SYMBOLS[taken[colour] % len(SYMBOLS)]
        taken[colour] += 1
    return symbols


def _add_rings(figure: go.Figure, points: FloatArray, dark: bool) -> None:
    ring = {"size": 2 * POINT_SIZE, "symbol": "circle-open", "line": {"width": 2}, "color": INK.on(dark=dark)}
    figure.add_scatter(x=points[:, 0], y=points[:, 1], mode="markers", marker=ring, hoverinfo="skip", showlegend=False)


def _finish(figure: go.Figure, titles: tuple[str, str] | None, *, classes: int) -> None:
    for axis, title in zip(("xaxis", "yaxis"), titles or ("", ""), strict=True):
        figure.update_layout({axis: {"title": title, "showticklabels": bool(titles), "zeroline": False}})
    figure.update_yaxes(scaleanchor="x")
    below = LEGEND_ROW * -(-classes // LEGEND_COLUMNS) if classes > 1 else 0
    figure.update_layout(
        height=HEIGHT + below,
        margin={"l": 0, "r": 0, "t": 30, "b": below + 50},
        dragmode="lasso",
        legend={"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "font": {"size": 12}},
    )


def _safe(text: str) -> str:
    return text.replace("<", "&lt;")
