"""Two boxes over each other, as one transparent layer: what each covers alone, what both do, and their hull."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vizcore.detection.boxes import Overlap
from vizcore.figures.theme import IN_BOTH, MISSED, TOO_MUCH, red_green_blue

Box = tuple[float, float, float, float]


def overlap_layer(found: Overlap, width: int, height: int) -> NDArray[np.uint8]:
    """(height, width, 4): what only A, only B and both cover, outlines of both boxes, and the hull as dots."""
    layer = np.zeros((height, width, 4), np.uint8)
    size = height, width
    a, b = _inside(found.a_xyxy, size), _inside(found.b_xyxy, size)
    for area, colour in ((a & ~b, MISSED), (b & ~a, TOO_MUCH), (a & b, IN_BOTH)):
        layer[area] = (*red_green_blue(colour), 95)
    dots = _edge(found.hull_xyxy, 1, size) & (np.add.outer(np.arange(height), np.arange(width)) % 8 < 4)
    layer[dots] = (110, 110, 110, 255)
    for box, colour in ((found.a_xyxy, MISSED), (found.b_xyxy, TOO_MUCH)):
        layer[_edge(box, 3, size)] = (*red_green_blue(colour), 255)
    return layer


def _inside(box: Box, size_hw: tuple[int, int], shrink: int = 0) -> NDArray[np.bool_]:
    x0, y0, x1, y1 = (round(edge) for edge in box)
    mask = np.zeros(size_hw, bool)
    mask[max(0, y0 + shrink) : max(0, y1 - shrink), max(0, x0 + shrink) : max(0, x1 - shrink)] = True
    return mask


def _edge(box: Box, width: int, size_hw: tuple[int, int]) -> NDArray[np.bool_]:
    return _inside(box, size_hw) & ~_inside(box, size_hw, width)
