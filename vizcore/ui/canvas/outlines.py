"""What mask do outlines drawn by hand make? Each adds its inside or takes it away, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.metrics.masks.outline_fill import pixels_inside
from vizcore.ui.canvas.events import CanvasEvent


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

    A place x, y lies in the pixel of column floor(x), row floor(y); `pixels_inside` says what an outline holds.
    """
    mask: NDArray[np.bool_] = np.zeros((height, width), bool) if below is None else np.array(below, bool)
    for each in outlines:
        mask[pixels_inside(each.path, width, height)] = each.positive
    return mask
