"""Which levels of a picture are areas of their own, and which are only the smooth edges between others?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROWS = 128  # blocks of rows keep the intermediate arrays in the processor's cache

Levels = NDArray[np.integer[Any]]
Counted = NDArray[np.int64]


def level_counts(levels: Levels) -> Counted:
    """How many pixels each level of a picture (H, W) of unsigned numbers has: (256,) for bytes, (65536,) for words."""
    counts = np.zeros(np.iinfo(levels.dtype).max + 1, np.int64)
    for top in range(0, len(levels), ROWS):
        counts += np.bincount(levels[top : top + ROWS].reshape(-1), minlength=len(counts))
    return counts


def soft_counts(levels: Levels, heights: Levels) -> Counted:
    """How many pixels of each level lie between a lower and a higher neighbour, as those of a smooth edge do.

    heights (H, W) say what is low and high; they are the levels themselves where these are greys.
    """
    counts = np.zeros(np.iinfo(levels.dtype).max + 1, np.int64)
    for top, here, low, high in _surroundings(heights):
        soft = levels[top : top + len(here)][(low < here) & (here < high)]
        counts += np.bincount(soft, minlength=len(counts))
    return counts


def block_counts(levels: Levels) -> Counted:
    """How many pixels of each level have no other level among their eight neighbours."""
    counts = np.zeros(np.iinfo(levels.dtype).max + 1, np.int64)
    for _, here, low, high in _surroundings(levels):
        counts += np.bincount(here[low == high], minlength=len(counts))
    return counts


def _surroundings(levels: Levels) -> Iterator[tuple[int, Levels, Levels, Levels]]:
    """Block after block: its first row, its levels, and the lowest and highest level of 3 x 3 around each pixel."""
    for top in range(0, len(levels), ROWS):
        end = min(top + ROWS, len(levels))
        wide = np.pad(levels[max(top - 1, 0) : end + 1], ((top == 0, end == len(levels)), (1, 1)), mode="edge")
        yield top, levels[top:end], _extreme(wide, np.minimum), _extreme(wide, np.maximum)


def _extreme(wide: Levels, pick: np.ufunc) -> Levels:
    """(h + 2, w + 2) -> (h, w)."""
    rows = pick(pick(wide[:-2], wide[1:-1]), wide[2:])
    found: Levels = pick(pick(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])
    return found
