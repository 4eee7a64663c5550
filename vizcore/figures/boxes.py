"""Boxes on their photo: drawn into the pixels, or as what the browser draws, which answers to the pointer."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vizcore.figures.bars import short_label
from vizcore.figures.box_labels import ink_on, text_tile, written
from vizcore.figures.theme import CLASS_COLOURS, DISPLAY_SIDE, FONT_SIZE, LINE_WIDTH, class_colour, red_green_blue
from vizcore.i18n import current_language
from vizcore.i18n.class_names import class_name
from vizcore.i18n.numbers import decimal
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg, shrunk
from vizcore.results import BoxSet, FloatArray

LabelStyle = Literal["class and score", "class", "none"]
LABELS: dict[LabelStyle, str] = {"class and score": "both", "class": "class", "none": ""}
MOST_LABELS = 60  # written into the picture; more would hide the photo, and the pointer tells them
TALLEST = 720  # pixels of the page


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


def box_scene(
    photo: Photo, boxes: BoxSet, style: LabelStyle = "class and score", *, slider: str = ""
) -> dict[str, Any]:
    """What the browser draws (vizcore.ui.box_picture), as JSON: the photo, its boxes, what is written and told of each.

    Boxes in the order given, the first (best) to be drawn on top: edges in photo pixels, row of `classes`, score in
    words and as a number. labels: "both", "class", or "" where boxes are not labelled; beyond `most` of them none is.
    Where none is, a legend names the classes, by name. slider: key of the slider under whose value no box is shown,
    which the browser follows by itself; "" shows all.
    """
    present = sorted(set(boxes.class_ids.tolist()), key=lambda index: boxes.labels[index])
    rows = {index: row for row, index in enumerate(present)}
    edges = boxes.boxes_xyxy.astype(np.float64).round(2).tolist()
    language = current_language()
    told = zip(edges, boxes.class_ids.tolist(), boxes.scores.tolist(), strict=True)
    return {
        "img": _jpeg_address(photo),
        "w": photo.width,
        "h": photo.height,
        "classes": [_class_row(boxes, index) for index in present],
        "boxes": [[*corners, rows[index], _score_words(score, language), score] for corners, index, score in told],
        "slider": slider,
        "labels": LABELS[style],
        "most": MOST_LABELS,
        "line": LINE_WIDTH,
        "font": FONT_SIZE - 3,
        "tallest": TALLEST,
    }


@lru_cache(maxsize=4096)
def _score_words(score: float, language: str) -> str:
    """Formatted once, because a moved threshold shows the same scores again."""
    return decimal(score, 2)


def _class_row(boxes: BoxSet, index: int) -> dict[str, Any]:
    label = boxes.labels[index]
    colour = class_colour(label)
    return {
        "name": written(class_name(label)),
        "short": short_label(label).replace("&lt;", "<"),
        "colour": colour,
        "ink": ink_on(colour),
    }


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
