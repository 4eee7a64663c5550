"""Two masks in the making: boxes and outlines that a visitor drags, with the way back and forward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np

from vizcore.history import History
from vizcore.metrics.masks.overlap import Mask
from vizcore.metrics.masks.presets import box_mask

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
        mask[outline_mask(stroke.corners, width, height)] = stroke.added
    mask.flags.writeable = False
    return mask


def outline_mask(corners: Sequence[tuple[float, float]], width: int, height: int) -> Mask:
    """Pixels whose centre lies inside a closed outline (x, y); upright boxes are exact to their edges."""
    if len(corners) == 4 and (box := _as_box(corners)):
        return box_mask(box, width, height)
    from skimage.draw import polygon

    mask = np.zeros((height, width), dtype=bool)
    xs, ys = np.array(corners, dtype=np.float64).reshape(-1, 2).T - 0.5  # to pixel centres on whole numbers
    if len(xs) >= 3:
        mask[polygon(ys, xs, mask.shape)] = True  # type: ignore[no-untyped-call]
    return mask


def _as_box(corners: Sequence[tuple[float, float]]) -> tuple[float, float, float, float] | None:
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    upright = y0 == y1 and x1 == x2 and y2 == y3 and x3 == x0
    return (min(x0, x1), min(y0, y2), max(x0, x1), max(y0, y2)) if upright else None
