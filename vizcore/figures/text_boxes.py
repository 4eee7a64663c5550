"""The lines that an engine read, outlined on the photo: the surer, the more solid."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from vizcore.figures.theme import DISPLAY_SIDE, TOO_MUCH, red_green_blue
from vizcore.results import FloatArray

UNSURE = 0.85  # confidence below which a line is drawn in the colour of doubt
LEAST_CROP = 24  # pixels of the higher side


def outlined_lines(
    rgb: NDArray[np.uint8],
    polygons: FloatArray,
    confidences: FloatArray,
    colour: str,
    marked: Collection[int] = (),
) -> NDArray[np.uint8]:
    """rgb (H, W, 3), polygons (n, 4, 2) in its pixels -> the picture with outlines, at most `DISPLAY_SIDE` long.

    colour: of sure lines; unsure ones are drawn thicker in the colour of doubt. marked: places drawn filled.
    """
    import cv2

    from vizcore.pictures import shrunk

    small = shrunk(rgb, DISPLAY_SIDE)
    scale = small.shape[1] / rgb.shape[1]
    canvas: NDArray[np.uint8] = np.ascontiguousarray(small).copy()
    for place, (polygon, confidence) in enumerate(zip(polygons, confidences, strict=True)):
        points = np.rint(polygon * scale).astype(np.int32).reshape(-1, 1, 2)
        unsure = confidence < UNSURE
        shade = red_green_blue(TOO_MUCH if unsure else colour)
        if place in marked:
            layer = canvas.copy()
            cv2.fillPoly(layer, [points], shade)
            canvas = np.asarray(cv2.addWeighted(layer, 0.35, canvas, 0.65, 0), dtype=np.uint8)
        cv2.polylines(canvas, [points], True, shade, 3 if unsure else 2, cv2.LINE_AA)
    return canvas


def crop_around(rgb: NDArray[np.uint8], boxes_xyxy: FloatArray, margin: float = 0.25) -> NDArray[np.uint8]:
    """The part of the photo that holds these boxes (n, 4), n > 0, with a margin of their height; never empty."""
    x0, y0 = boxes_xyxy[:, :2].min(axis=0)
    x1, y1 = boxes_xyxy[:, 2:].max(axis=0)
    around = margin * max(y1 - y0, LEAST_CROP)
    height, width = rgb.shape[:2]
    left, top = int(np.clip(x0 - around, 0, width - 1)), int(np.clip(y0 - around, 0, height - 1))
    right, bottom = int(np.clip(x1 + around, left + 1, width)), int(np.clip(y1 + around, top + 1, height))
    return np.ascontiguousarray(rgb[top:bottom, left:right])
