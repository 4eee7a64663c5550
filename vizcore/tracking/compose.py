"""How do cut-out objects that move over a ground become frames with exact boxes, masks and identities?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.metrics.tracking.tables import track_table
from vizcore.photo import Photo
from vizcore.segmentation.rle import Rle, encode
from vizcore.tracking.clip import ClipTruth

Floats = NDArray[np.float64]
LEAST_VISIBLE = 0.1  # share of an object's pixels below which it counts as hidden and has no box in that frame


@dataclass(frozen=True, eq=False)
class Actor:
    """An object that moves. coverage (h, w): its share of each pixel; premultiplied (h, w, 3): colour times share.

    label: place of its class. path (F, 2): x and y of its top left pixel in each frame, whole numbers, also outside.
    depth (F,): the greater, the nearer. here (F,): whether it is there at all.
    """

    coverage: Floats
    premultiplied: Floats
    label: int
    path: NDArray[np.int64]
    depth: Floats
    here: NDArray[np.bool_]


@dataclass(frozen=True)
class _Row:
    frame: int
    identity: int
    box: tuple[int, int, int, int]
    label: int
    mask: Rle


def composed(
    ground: Floats, actors: Sequence[Actor], frames: int, class_names: tuple[str, ...], name: str
) -> tuple[tuple[Photo, ...], ClipTruth]:
    """ground (H, W, 3) in 0 ... 255 -> the frames and who is where in them; identities are 1, 2 ... in the actors'
    order."""
    photos: list[Photo] = []
    rows: list[_Row] = []
    for frame in range(frames):
        canvas, found = _one_frame(ground, actors, frame)
        photos.append(Photo(np.clip(np.rint(canvas), 0, 255).astype(np.uint8), f"{name}-{frame + 1}"))
        rows += found
    table = track_table(
        [row.frame for row in rows], [row.identity for row in rows], [row.box for row in rows],
        classes=[row.label for row in rows],
    )  # fmt: skip
    return tuple(photos), ClipTruth(table, class_names, tuple(row.mask for row in rows))


def _one_frame(ground: Floats, actors: Sequence[Actor], frame: int) -> tuple[Floats, list[_Row]]:
    canvas = ground.copy()
    size_hw = canvas.shape[0], canvas.shape[1]
    there = [place for place, actor in enumerate(actors) if actor.here[frame]]
    order = sorted(there, key=lambda place: float(actors[place].depth[frame]))
    whole: dict[int, NDArray[np.bool_]] = {}
    for place in order:
        actor = actors[place]
        window, part = _windows(actor, frame, size_hw)
        share = actor.coverage[part][..., None]
        canvas[window] = canvas[window] * (1 - share) + actor.premultiplied[part]
        mask = np.zeros(size_hw, dtype=bool)
        mask[window] = actor.coverage[part] >= 0.5
        whole[place] = mask
    rows, taken = [], np.zeros(size_hw, dtype=bool)
    for place in reversed(order):
        mask = whole[place]
        visible = mask & ~taken
        taken |= mask
        total = int((actors[place].coverage >= 0.5).sum())  # what lies outside the picture is hidden too
        if visible.sum() >= max(1.0, LEAST_VISIBLE * total):
            rows.append(_Row(frame + 1, place + 1, _bounds(mask), actors[place].label, encode(visible)))
    return canvas, sorted(rows, key=lambda row: row.identity)


def _windows(actor: Actor, frame: int, size_hw: tuple[int, int]) -> tuple[Any, Any]:
    """The part of the picture that the object covers, and the part of the object that is inside the picture."""
    height, width = actor.coverage.shape
    left, top = (int(value) for value in actor.path[frame])
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = max(min(left + width, size_hw[1]), x0), max(min(top + height, size_hw[0]), y0)
    return np.s_[y0:y1, x0:x1], np.s_[y0 - top : y1 - top, x0 - left : x1 - left]


def _bounds(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
