"""Regions on a photo: what a business rule counts and leaves out, and what is proposed to be hidden."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from vizcore.figures.theme import CLASS_COLOURS, DISPLAY_SIDE
from vizcore.photo import Photo
from vizcore.pictures import shrunk
from vizcore.results import FloatArray

DIMMING = 0.4  # of what lies outside the region
COUNTS, UNSURE, OUT = CLASS_COLOURS[2], CLASS_COLOURS[0], "#9a9a9a"
COLOURS = {"counts": COUNTS, "unsure": UNSURE}
KIND_COLOURS = {"face": CLASS_COLOURS[0], "head": CLASS_COLOURS[4], "plate": CLASS_COLOURS[2], "own": CLASS_COLOURS[5]}


def rule_picture(
    photo: Photo, boxes_xyxy: FloatArray, reasons: Sequence[str], region: tuple[float, float, float, float]
) -> NDArray[np.uint8]:
    """The photo with what is outside the region dimmed, and a frame for each box: counted, unsure, or left out."""
    base = shrunk(photo.rgb, DISPLAY_SIDE).astype(np.float32)
    height, width = base.shape[:2]
    x0, y0, x1, y1 = region
    left, top, right, bottom = round(x0 * width), round(y0 * height), round(x1 * width), round(y1 * height)
    dimmed = base * DIMMING
    dimmed[top:bottom, left:right] = base[top:bottom, left:right]
    colours = [COLOURS.get(reason, OUT) for reason in reasons]
    return _framed(dimmed.round().astype(np.uint8), photo, boxes_xyxy, colours)


def proposal_picture(photo: Photo, boxes_xyxy: FloatArray, kinds: Sequence[str]) -> NDArray[np.uint8]:
    """The photo with a frame for each region, in the colour of its kind."""
    base = shrunk(photo.rgb, DISPLAY_SIDE)
    return _framed(base, photo, boxes_xyxy, [KIND_COLOURS.get(kind, OUT) for kind in kinds])


def _framed(base: NDArray[np.uint8], photo: Photo, boxes_xyxy: FloatArray, colours: Sequence[str]) -> NDArray[np.uint8]:
    picture = Image.fromarray(np.ascontiguousarray(base))
    pen = ImageDraw.Draw(picture)
    scale = picture.width / photo.width
    line = max(2, round(max(picture.size) / 200))
    for box, colour in zip(np.asarray(boxes_xyxy, np.float64).tolist(), colours, strict=True):
        x0, y0, x1, y1 = (scale * value for value in box)
        pen.rectangle((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), outline=colour, width=line)
    return np.asarray(picture)
