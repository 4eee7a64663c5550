"""What a DETR's queries say and where one of them reads: scores as bars, sampling points on the photo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vizcore.figures.bars import short_label
from vizcore.figures.boxes import on_canvas
from vizcore.figures.overlay import overlay_heatmap
from vizcore.figures.ramp import heat_colours
from vizcore.figures.theme import DISPLAY_SIDE, FAMILY_COLOURS, MUTED_INK, class_colour, red_green_blue
from vizcore.photo import Photo
from vizcore.pictures import shrunk
from vizcore.results import FloatArray

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from vizcore.detection.queries import QueryAnswers, QueryFocus

HEIGHT = 260
LEAST_RADIUS, MOST_RADIUS = 3, 9  # of a sampling point, in pixels of a picture of `DISPLAY_SIDE`


def query_scores(answers: QueryAnswers, *, least: float, axis: str, dark: bool = False) -> go.Figure:
    """The best score of every query, best first; a dotted line at the least score. axis: the words below."""
    import plotly.graph_objects as go

    best, labels = best_scores(answers)
    order = np.argsort(-best, kind="stable")
    figure = go.Figure(
        go.Bar(
            x=list(range(1, len(order) + 1)),
            y=best[order].tolist(),
            marker_color=FAMILY_COLOURS["detr"],
            customdata=[[int(row), short_label(labels[row])] for row in order],
            hovertemplate="#%{customdata[0]} %{customdata[1]}: %{y:.3f}<extra></extra>",
        )
    )
    figure.add_hline(y=least, line={"color": MUTED_INK.on(dark=dark), "dash": "dot", "width": 2})
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 8, "t": 8, "b": 24},
        xaxis={"title": axis, "fixedrange": True},
        yaxis={"range": [0, 1], "fixedrange": True, "automargin": True},
    )
    return figure


def best_scores(answers: QueryAnswers) -> tuple[FloatArray, list[str]]:
    """Of each query its best class score (Q,) and that class."""
    classes = answers.class_scores.argmax(axis=1)
    return answers.class_scores.max(axis=1), [answers.labels[int(each)] for each in classes]


def draw_focus(
    photo: Photo, focus: QueryFocus, layer: int, *, head: int | None = None, longest_side: int = DISPLAY_SIDE
) -> NDArray[np.uint8]:
    """The photo (h, w, 3) with the query's box and where it looks in one decoder layer, one head or all.

    Cross-attention is laid over the photo; sampling points become discs, larger and brighter with their weight.
    """
    if focus.kind == "grid":
        canvas = overlay_heatmap(photo, focus.heatmap(layer), longest_side=longest_side).copy()
    else:
        canvas = shrunk(photo.rgb, longest_side).copy()
        _draw_points(canvas, focus, layer, head)
    _draw_box(canvas, focus)
    return canvas


def _draw_points(canvas: NDArray[np.uint8], focus: QueryFocus, layer: int, head: int | None) -> None:
    import cv2

    heads = slice(None) if head is None else slice(head, head + 1)
    scale = canvas.shape[1] / focus.size_wh[0], canvas.shape[0] / focus.size_wh[1]
    points = focus.points_xy[layer, heads].reshape(-1, 2) * scale
    weights = focus.weights[layer, heads].reshape(-1)
    shares = weights / max(float(weights.max(initial=0.0)), 1e-12)
    growth = max(canvas.shape[:2]) / DISPLAY_SIDE
    colours = heat_colours(0.35 + 0.65 * shares)
    for place in np.argsort(weights, kind="stable"):
        radius = max(2, round(growth * (LEAST_RADIUS + (MOST_RADIUS - LEAST_RADIUS) * shares[place])))
        centre = (round(float(points[place, 0])), round(float(points[place, 1])))
        if not (-radius <= centre[0] < canvas.shape[1] + radius and -radius <= centre[1] < canvas.shape[0] + radius):
            continue
        cv2.circle(canvas, centre, radius + 1, (20, 11, 52), -1, cv2.LINE_AA)
        cv2.circle(canvas, centre, radius, tuple(float(each) for each in colours[place]), -1, cv2.LINE_AA)


def _draw_box(canvas: NDArray[np.uint8], focus: QueryFocus) -> None:
    import cv2

    edges = on_canvas(focus.box_xyxy[None], focus.size_wh, (canvas.shape[1], canvas.shape[0]))[0]
    x0, y0, x1, y1 = edges.tolist()
    line = max(2, round(3 * max(canvas.shape[:2]) / DISPLAY_SIDE))
    cv2.rectangle(canvas, (x0, y0), (x1 - 1, y1 - 1), red_green_blue(class_colour(focus.label)), line)
