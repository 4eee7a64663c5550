"""Boxes on their photo: drawn into the pixels, or as a figure that answers to the pointer."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from vizcore.figures.bars import short_label
from vizcore.figures.box_labels import ink_on, text_tile, written
from vizcore.figures.theme import CLASS_COLOURS, DISPLAY_SIDE, FONT_SIZE, LINE_WIDTH, class_colour, red_green_blue
from vizcore.i18n.class_names import class_name
from vizcore.i18n.numbers import decimal
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg, shrunk
from vizcore.results import BoxSet, FloatArray

if TYPE_CHECKING:
    import plotly.graph_objects as go

LabelStyle = Literal["class and score", "class", "none"]
MOST_LABELS = 60  # written into the figure; more would hide the photo, and the pointer tells them
HOVER_CELLS = 64  # of the grid that answers to the pointer, along the photo's longest side
WIDTH = 560  # of the figure where the page says nothing, in pixels; columns are about as wide
TALLEST = 720
LEGEND_ROW, NAMES_IN_ROW = 24, 3  # height of a row of the legend in pixels, and names beside each other


def draw_boxes(
    photo: Photo, boxes: BoxSet, style: LabelStyle = "class and score", *, longest_side: int = DISPLAY_SIDE
) -> NDArray[np.uint8]:
    """The photo (h, w, 3) with its boxes, the first (best) on top, in the colours of their classes.

    No side is longer than `longest_side`; 0 keeps the photo's size. Boxes are cut at the photo's edges.
    """
    base = shrunk(photo.rgb, longest_side) if longest_side else photo.rgb
    canvas = base.copy()
    height, width = canvas.shape[:2]
    edges = on_canvas(boxes.boxes_xyxy, boxes.size_wh, (width, height))
    line, size = line_width(canvas), max(11, round(FONT_SIZE * max(width, height) / DISPLAY_SIDE))
    colours = {index: class_colour(boxes.labels[index]) for index in set(boxes.class_ids.tolist())}
    rows = list(zip(edges.tolist(), boxes.class_ids.tolist(), boxes.scores.tolist(), strict=True))[::-1]
    strips = {index: _strips(width, height, colour, line) for index, colour in colours.items()}
    for box, index, _ in rows:
        _frame(canvas, box, strips[index])
    if style != "none":
        for box, index, score in rows:
            _label(canvas, box, _tiles(written(class_name(boxes.labels[index])), score, style, size, colours[index]))
    return canvas


def box_figure(
    photo: Photo, boxes: BoxSet, style: LabelStyle = "class and score", *, shown_width: int = WIDTH
) -> go.Figure:
    """The photo under its boxes; pointing anywhere into a box tells class, score and size, the smallest box first.

    Where boxes are not labelled (by wish, or because there are more than 60) a legend names the classes, and a click
    there hides one. shown_width: about how wide the page will show it, in pixels. The figure is built unchecked,
    because checking 300 boxes takes longer than all the rest.
    """
    import plotly.graph_objects as go

    width, height = photo.width, photo.height
    annotations = _annotations(boxes, style)
    outlines = _outlines(boxes)
    legend_rows = 0 if annotations else -(-len(outlines) // NAMES_IN_ROW)
    layout = {
        "images": [
            {"source": _jpeg_address(photo), "xref": "x", "yref": "y", "x": 0, "y": 0, "sizex": width,
             "sizey": height, "sizing": "stretch", "layer": "below"}
        ],
        "annotations": annotations,
        "xaxis": {"range": [0, width], "visible": False, "constrain": "domain"},
        "yaxis": {"range": [height, 0], "visible": False, "scaleanchor": "x", "constrain": "domain"},
        "height": min(TALLEST, max(160, round(shown_width * height / width))) + LEGEND_ROW * legend_rows,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "showlegend": legend_rows > 0,
        "hovermode": "closest",
        "dragmode": False,
        "legend": {"orientation": "h", "y": -0.02, "yanchor": "top"},
    }  # fmt: skip
    return go.Figure(data=[*outlines, _hover_grid(boxes)], layout=layout, _validate=False)


def hover_text(boxes: BoxSet, row: int) -> str:
    """What the pointer tells about a box: class, score, width x height in pixels; HTML of plotly's kind."""
    x0, y0, x1, y1 = boxes.boxes_xyxy[row].tolist()
    label = written(class_name(boxes.labels[int(boxes.class_ids[row])])).replace("<", "&lt;")
    return f"<b>{label}</b> {decimal(float(boxes.scores[row]), 2)}<br>{x1 - x0:.0f} × {y1 - y0:.0f} px"


def on_canvas(boxes_xyxy: FloatArray, size_wh: tuple[int, int], canvas_wh: tuple[int, int]) -> NDArray[np.int64]:
    """Boxes (n, 4) of a photo in whole pixels of a canvas, inside it and at least one pixel wide and high."""
    low, high = np.zeros(4), np.array(canvas_wh * 2)
    scale = high / np.array(size_wh * 2)
    edges: NDArray[np.int64] = np.rint(np.nan_to_num(boxes_xyxy * scale)).clip(low, high).astype(np.int64)
    edges[:, :2] = np.minimum(edges[:, :2], high[:2] - 1)
    edges[:, 2:] = np.maximum(edges[:, 2:], edges[:, :2] + 1)
    return edges


def line_width(canvas: NDArray[np.uint8]) -> int:
    """Pixels of a box's line on a canvas of this size."""
    side: int = max(canvas.shape[:2])
    return max(2, round(LINE_WIDTH * side / DISPLAY_SIDE))


Strips = tuple[NDArray[np.uint8], NDArray[np.uint8]]


@lru_cache(maxsize=2 * len(CLASS_COLOURS))
def _strips(width: int, height: int, colour: str, line: int) -> Strips:
    """A line as long as the canvas is wide and one as long as it is high: copying pixels is quicker than filling."""
    pixel = np.array(red_green_blue(colour), np.uint8)
    return np.tile(pixel, (line, width, 1)), np.tile(pixel, (height, line, 1))


def _frame(canvas: NDArray[np.uint8], box: list[int], strips: Strips) -> None:
    x0, y0, x1, y1 = box
    across, down = strips[0][: y1 - y0, : x1 - x0], strips[1][: y1 - y0, : x1 - x0]
    canvas[y0 : y0 + len(across), x0:x1] = across
    canvas[y1 - len(across) : y1, x0:x1] = across
    canvas[y0:y1, x0 : x0 + down.shape[1]] = down
    canvas[y0:y1, x1 - down.shape[1] : x1] = down


def _tiles(label: str, score: float, style: LabelStyle, size: int, colour: str) -> list[NDArray[np.uint8]]:
    words = [label, decimal(score, 2)] if style == "class and score" else [label]
    return [text_tile(f" {word} ", size, colour) for word in words]


def _label(canvas: NDArray[np.uint8], box: list[int], tiles: list[NDArray[np.uint8]]) -> None:
    """Above the box, or inside its upper edge where there is no room; pushed back into the picture."""
    height, width = canvas.shape[:2]
    tall, long = tiles[0].shape[0], sum(tile.shape[1] for tile in tiles)
    left = max(0, min(box[0], width - long))
    top = box[1] - tall if box[1] >= tall else max(0, min(box[1], height - tall))
    for tile in tiles:
        place = canvas[top : top + tall, left : left + tile.shape[1]]
        place[:] = tile[: place.shape[0], : place.shape[1]]
        left += tile.shape[1]


@lru_cache(maxsize=16)
def _encoded(sha256: str, side: int, pixels: _Pixels) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(encode_jpeg(shrunk(pixels.rgb, side))).decode("ascii")


class _Pixels:
    """Pixels beside a cache's key: all are equal, the photo's hash tells them apart."""

    def __init__(self, rgb: NDArray[np.uint8]) -> None:
        self.rgb = rgb

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Pixels)

    def __hash__(self) -> int:
        return 0


def _jpeg_address(photo: Photo) -> str:
    """The photo as a data address; encoded once, because a moved threshold draws the same photo again."""
    return _encoded(photo.sha256, DISPLAY_SIDE, _Pixels(photo.rgb))


def _outlines(boxes: BoxSet) -> list[dict[str, Any]]:
    """One line trace for each class, its boxes parted by gaps; classes by name."""
    present = sorted(set(boxes.class_ids.tolist()), key=lambda index: boxes.labels[index])
    return [_outline(boxes.boxes_xyxy[boxes.class_ids == index], boxes.labels[index]) for index in present]


def _outline(edges: NDArray[Any], label: str) -> dict[str, Any]:
    gap = np.full(len(edges), np.nan)
    x0, y0, x1, y1 = edges.T.astype(np.float64)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.stack([x0, x1, x1, x0, x0, gap], axis=1).ravel(),
        "y": np.stack([y0, y0, y1, y1, y0, gap], axis=1).ravel(),
        "line": {"color": class_colour(label), "width": LINE_WIDTH},
        "name": f"{short_label(label)} ({len(edges)})",
        "hoverinfo": "skip",
        "connectgaps": False,
    }


def _hover_grid(boxes: BoxSet) -> dict[str, Any]:
    """An invisible grid over the photo whose cells know the smallest box around them."""
    width, height = boxes.size_wh
    cell = max(width, height) / HOVER_CELLS
    columns, rows = max(1, round(width / cell)), max(1, round(height / cell))
    owner = _owners(boxes, columns, rows)
    texts = np.array([*(hover_text(boxes, row) for row in range(len(boxes))), ""], dtype=object)
    return {
        "type": "heatmap",
        "z": np.where(owner < 0, np.nan, 0.0),
        "text": texts[owner].tolist(),
        "x0": width / columns / 2,
        "dx": width / columns,
        "y0": height / rows / 2,
        "dy": height / rows,
        "opacity": 0,
        "showscale": False,
        "hoverongaps": False,
        "hovertemplate": "%{text}<extra></extra>",
    }


def _owners(boxes: BoxSet, columns: int, rows: int) -> NDArray[np.int64]:
    """(rows, columns): the smallest box over each cell, -1 for none; every box has the cell of its centre at least,
    unless a smaller one lies there."""
    owner = np.full((rows, columns), -1)
    per_pixel = np.array([columns / boxes.size_wh[0], rows / boxes.size_wh[1]])
    edges = boxes.boxes_xyxy.reshape(-1, 2, 2) * per_pixel
    low, high = np.rint(edges[:, 0]).astype(int), np.rint(edges[:, 1]).astype(int)
    centre = np.floor(edges.mean(axis=1)).clip(0, [columns - 1, rows - 1]).astype(int)
    sides = edges[:, 1] - edges[:, 0]
    for row in np.argsort(-sides[:, 0] * sides[:, 1], kind="stable"):
        owner[max(0, low[row, 1]) : max(0, high[row, 1]), max(0, low[row, 0]) : max(0, high[row, 0])] = row
        owner[centre[row, 1], centre[row, 0]] = row
    return owner


def _annotations(boxes: BoxSet, style: LabelStyle) -> list[dict[str, Any]]:
    if style == "none" or len(boxes) > MOST_LABELS:
        return []
    return [_annotation(boxes, row, style) for row in range(len(boxes) - 1, -1, -1)]


def _annotation(boxes: BoxSet, row: int, style: LabelStyle) -> dict[str, Any]:
    label = boxes.labels[int(boxes.class_ids[row])]
    x0, y0, x1, _ = boxes.boxes_xyxy[row].tolist()
    width, height = boxes.size_wh
    on_the_right, above = x0 > 0.75 * width, y0 > 0.05 * height
    words = class_name(label).replace("<", "&lt;")
    return {
        "x": min(float(width), x1) if on_the_right else max(0.0, x0),
        "y": max(0.0, y0),
        "text": f"{words} {decimal(float(boxes.scores[row]), 2)}" if style == "class and score" else words,
        "showarrow": False,
        "xanchor": "right" if on_the_right else "left",
        "yanchor": "bottom" if above else "top",
        "bgcolor": class_colour(label),
        "font": {"color": ink_on(class_colour(label)), "size": FONT_SIZE - 3},
        "borderpad": 1,
    }
