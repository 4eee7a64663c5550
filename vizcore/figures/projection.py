"""Pictures as points on a map, coloured by their class, ready to be lassoed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from vizcore.figures.theme import INK, MUTED_INK, class_colour
from vizcore.i18n.class_names import names_of_classes
from vizcore.results import FloatArray

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT = 440  # without the legend
LEGEND_ROW, LEGEND_COLUMNS = 20, 2  # pixels of a row of the legend, and columns in half a page
POINT_SIZE, POINT_ON_PICTURE, POINT_IN_SPACE = 11, 7, 5
PICTURE_SHARE = 0.09  # of the longer axis that a picture at its point takes
SOLID_SYMBOLS = {"triangle-up": "diamond", "triangle-down": "diamond-open", "star": "circle-open"}  # what 3-D lacks
DOT_LINE = {"width": 1, "color": INK.light}
SYMBOLS = ("circle", "square", "diamond", "cross", "triangle-up", "star", "triangle-down", "x")


def projection_map(
    points: FloatArray,
    labels: Sequence[str],
    names: Sequence[str],
    *,
    titles: Sequence[str] | None = None,
    ringed: Collection[int] = (),
    legend: bool = True,
    spans: Sequence[tuple[float, float]] | None = None,
    pictures: Sequence[str] = (),
    at_points: bool = False,
    dark: bool = False,
) -> go.Figure:
    """points (n, 2), one trace for each label. `customdata` of a point is the number of its picture.

    titles: of the axes; without them the axes have neither words nor numbers. ringed: pictures to be marked.
    legend: whether it is drawn; its place is kept either way, so that maps beside each other are of one size.
    pictures: as data URLs, one for each point, for the browser to show beside the pointer; at_points: also at their
    places, under smaller points. spans: the ends of each axis, so that models side by side have one scale; None:
    around the points.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    symbols = class_symbols(labels)
    size = POINT_ON_PICTURE if pictures and at_points else POINT_SIZE
    for label, drawn in _class_traces(labels, names, symbols):
        x, y = points[drawn["customdata"]].T
        marker = {"size": size, "color": _colour(label, dark), "symbol": symbols[label], "line": DOT_LINE}
        figure.add_scatter(x=x, y=y, marker=marker, **drawn)
    if ringed:
        _add_rings(figure, points[sorted(ringed)], dark)
    _finish(figure, titles, classes=len(symbols))
    figure.update_layout(showlegend=legend and len(symbols) > 1, meta={"pictures": list(pictures)})
    if at_points:
        figure.update_layout(images=_at_points(points, pictures))
    if spans is not None:
        figure.update_xaxes(range=list(spans[0]))
        figure.update_yaxes(range=list(spans[1]))
    return figure


def projection_space(
    points: FloatArray,
    labels: Sequence[str],
    names: Sequence[str],
    *,
    titles: Sequence[str] | None = None,
    legend: bool = True,
    spans: Sequence[tuple[float, float]] | None = None,
    pictures: Sequence[str] = (),
    dark: bool = False,
) -> go.Figure:
    """points (n, 3), to be turned with the pointer; the rest as for `projection_map`."""
    import plotly.graph_objects as go

    figure = go.Figure()
    symbols = class_symbols(labels)
    for label, drawn in _class_traces(labels, names, symbols):
        x, y, z = points[drawn["customdata"]].T
        symbol = SOLID_SYMBOLS.get(symbols[label], symbols[label])
        marker = {"size": POINT_IN_SPACE, "color": _colour(label, dark), "symbol": symbol}
        figure.add_scatter3d(x=x, y=y, z=z, marker=marker, **drawn)
    axes = {
        axis: {
            "title": {"text": title, "font": {"size": 12}},
            "showticklabels": False,
            "range": list(spans[place]) if spans else None,
        }
        for place, (axis, title) in enumerate(zip(("xaxis", "yaxis", "zaxis"), titles or ("", "", ""), strict=True))
    }
    _finish(figure, None, classes=len(symbols))
    figure.update_layout(scene={**axes, "aspectmode": "cube"}, meta={"pictures": list(pictures)}, dragmode="orbit")
    figure.update_layout(showlegend=legend and len(symbols) > 1)
    return figure


def _class_traces(
    labels: Sequence[str], names: Sequence[str], classes: Collection[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each class with what its trace says in the plane and in space; `customdata` are its pictures' numbers."""
    for label, words in zip(classes, names_of_classes(list(classes)), strict=True):
        members = np.array([i for i, each in enumerate(labels) if each == label])
        yield label, {
            "customdata": members, "text": [_safe(names[i]) for i in members], "mode": "markers",
            "name": _safe(words) or "–", "hovertemplate": "%{text}<extra></extra>",
        }  # fmt: skip


def _at_points(points: FloatArray, pictures: Sequence[str]) -> list[dict[str, object]]:
    """Plotly's images, each with its middle on its point."""
    side = PICTURE_SHARE * float(np.ptp(points, axis=0).max()) if len(points) else 0.0
    fixed = {"xref": "x", "yref": "y", "sizex": side or 1.0, "sizey": side or 1.0, "xanchor": "center",
             "yanchor": "middle", "layer": "below"}  # fmt: skip
    return [
        {"source": picture, "x": float(x), "y": float(y), **fixed}
        for picture, (x, y) in zip(pictures, points, strict=False)
    ]


def _colour(label: str, dark: bool) -> str:
    return class_colour(label) if label else MUTED_INK.on(dark=dark)


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


def _finish(figure: go.Figure, titles: Sequence[str] | None, *, classes: int) -> None:
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
