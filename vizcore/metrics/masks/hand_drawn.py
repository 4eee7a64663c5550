"""Two masks in the making: boxes and outlines that a visitor drags, with the way back and forward."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np

from vizcore.history import History
from vizcore.metrics.masks.outline_fill import pixels_inside
from vizcore.metrics.masks.overlap import Mask

Side = Literal["truth", "prediction"]
Corners = tuple[tuple[float, float], ...]
MOST_STROKES = 100  # of one mask


@dataclass(frozen=True)
class Stroke:
    """An outline that closes itself; added to its mask, or taken away from it."""

    corners: Corners
    added: bool = True


@dataclass(frozen=True)
class Drawn:
    """The strokes of both masks, oldest first."""

    truth: tuple[Stroke, ...] = ()
    prediction: tuple[Stroke, ...] = ()


@dataclass(frozen=True)
class DrawnHistory(History[Drawn]):
    """What is drawn now, and before."""

    now: Drawn = Drawn()


def box_stroke(box_xyxy: tuple[float, float, float, float]) -> Stroke:
    """A box as an outline."""
    x0, y0, x1, y1 = box_xyxy
    return Stroke(((x0, y0), (x1, y0), (x1, y1), (x0, y1)))


def put(history: DrawnHistory, side: Side, stroke: Stroke, *, alone: bool = False) -> DrawnHistory:
    """The stroke on one of the masks; `alone`: in place of what was there."""
    before = () if alone else getattr(history.now, side)
    return history.to(replace(history.now, **{side: (*before, stroke)[-MOST_STROKES:]}))


def clear(history: DrawnHistory) -> DrawnHistory:
    """Two empty masks; this too can be undone."""
    return history.to(Drawn()) if history.now != Drawn() else history


@lru_cache(maxsize=16)
def mask_of_strokes(strokes: tuple[Stroke, ...], width: int, height: int) -> Mask:
    """(height, width) bool, read-only: pixels whose centre lies inside, strokes laid one over the other."""
    mask = np.zeros((height, width), dtype=bool)
    for stroke in strokes:
        mask[pixels_inside(stroke.corners, width, height)] = stroke.added
    mask.flags.writeable = False
    return mask
