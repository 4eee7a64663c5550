"""What two detectors agree on, seen: boxes coloured by case, and crops of what they see differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from vizcore.figures.boxes import line_width, on_canvas
from vizcore.figures.theme import AGREEMENT_COLOURS, DISPLAY_SIDE, red_green_blue
from vizcore.photo import Photo
from vizcore.pictures import shrunk
from vizcore.results import BoxSet, FloatArray

if TYPE_CHECKING:
    from vizcore.detection.agreement import AgreementRow

Side = TypeVar("Side")

CASE_COLOURS: Mapping[str, str] = AGREEMENT_COLOURS
DASH = 4  # length of a dash, in widths of the line
MARGIN = 0.25  # of the photo around a crop, in sides of the boxes


def draw_agreement(
    photo: Photo, a: BoxSet, b: BoxSet, rows: Sequence[AgreementRow], *, longest_side: int = DISPLAY_SIDE
) -> NDArray[np.uint8]:
    """The photo (h, w, 3) with the boxes of these rows, each in the colour of its case: a's solid, b's dashed."""
    canvas = shrunk(photo.rgb, longest_side).copy()
    canvas_wh = canvas.shape[1], canvas.shape[0]
    edges = [on_canvas(each.boxes_xyxy, each.size_wh, canvas_wh) for each in (a, b)]
    for row in reversed(rows):
        _draw_row(canvas, row, [side[place].tolist() for side, place in _present(row, edges)])
    return canvas


def crop_picture(
    photo: Photo, a: BoxSet, b: BoxSet, row: AgreementRow, *, longest_side: int = 240
) -> NDArray[np.uint8]:
    """The photo around the boxes of one row, with them: a's solid, b's dashed; no side longer than asked."""
    boxes = np.stack([each.boxes_xyxy[place] for each, place in _present(row, (a, b))])
    window = on_canvas(_around(boxes)[None], a.size_wh, (photo.width, photo.height))[0]
    x0, y0, x1, y1 = window.tolist()
    canvas = shrunk(photo.rgb[y0:y1, x0:x1], longest_side).copy()
    inside = on_canvas(boxes - [x0, y0, x0, y0], (x1 - x0, y1 - y0), (canvas.shape[1], canvas.shape[0]))
    _draw_row(canvas, row, inside.tolist())
    return canvas


def _present(row: AgreementRow, sides: Sequence[Side]) -> list[tuple[Side, int]]:
    """What each side has, with the row's place in it; a side without a box is left out."""
    return [(side, place) for side, place in zip(sides, (row.a, row.b), strict=True) if place >= 0]


def _draw_row(canvas: NDArray[np.uint8], row: AgreementRow, boxes: list[list[int]]) -> None:
    colour, dashed = red_green_blue(CASE_COLOURS[row.kind]), row.kind == "only_b"
    for box in boxes:
        _outline(canvas, box, colour, dashed=dashed)
        dashed = True


def _outline(canvas: NDArray[np.uint8], box: list[int], colour: tuple[int, int, int], *, dashed: bool) -> None:
    """A solid line, or dashes with the photo between them; where both lie on each other, the solid one shows."""
    x0, y0, x1, y1 = box
    line = line_width(canvas)
    step = 2 * DASH * line if dashed else max(x1 - x0, y1 - y0)
    length = DASH * line if dashed else step
    for start in range(x0, x1, step):
        end = min(start + length, x1)
        canvas[y0 : min(y0 + line, y1), start:end] = colour
        canvas[max(y1 - line, y0) : y1, start:end] = colour
    for start in range(y0, y1, step):
        end = min(start + length, y1)
        canvas[start:end, x0 : min(x0 + line, x1)] = colour
        canvas[start:end, max(x1 - line, x0) : x1] = colour


def _around(boxes: FloatArray) -> FloatArray:
    """The smallest box around these, with a margin."""
    hull = np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
    margin = MARGIN * (hull[2:] - hull[:2])
    return np.concatenate([hull[:2] - margin, hull[2:] + margin])
