"""What mask do outlines drawn by hand make? Each adds its inside or takes it away, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.ui.canvas.events import CanvasEvent

FRACTION_BITS = 4  # OpenCV fills polygons with corners to a sixteenth of a pixel


@dataclass(frozen=True)
class Outline:
    """A closed line through these places in photo pixels; positive: its inside is added."""

    path: tuple[tuple[float, float], ...]
    positive: bool = True


def outline_of(event: CanvasEvent) -> Outline | None:
    """The outline that a visitor drew; None for any other event."""
    return Outline(event.path, event.positive) if event.kind == "path" else None


def mask_of(
    outlines: Sequence[Outline], width: int, height: int, *, below: NDArray[np.bool_] | None = None
) -> NDArray[np.bool_]:
    """(height, width) bool, drawn over the mask `below` of that size where there is one.

    A place x, y lies in the pixel of column floor(x), row floor(y).
    """
    import cv2

    mask = np.zeros((height, width), np.uint8) if below is None else below.astype(np.uint8, order="C")
    for each in outlines:
        corners = (np.array(each.path, np.float64) - 0.5) * 2**FRACTION_BITS  # OpenCV counts from pixel centres
        cv2.fillPoly(mask, [corners.round().astype(np.int32)], int(each.positive), shift=FRACTION_BITS)
    return mask.astype(bool)
