"""Which pixels does a closed outline drawn by hand hold? The one rule for all pages on which outlines are drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vizcore.metrics.masks.overlap import Mask
from vizcore.results import FloatArray


def pixels_inside(corners: Sequence[tuple[float, float]], width: int, height: int) -> Mask:
    """(height, width) bool: pixels whose centre lies inside the outline (x, y in pixel edges), by the even-odd rule.

    A centre on a left or upper edge is inside, one on a right or lower edge is not, so that boxes side by side share
    no pixel. What lies outside the picture is cut off; fewer than three corners hold nothing.

    Each edge turns "outside" into "inside" from where it crosses a row of centres on: Foley et al., Computer Graphics,
    1990, section 3.6 (scan conversion of polygons).
    """
    mask = np.zeros((height, width), dtype=bool)
    places = np.array(corners, dtype=np.float64).reshape(-1, 2)
    if len(places) < 3 or not mask.size:
        return mask
    rows, crossings = _crossings(places, height)
    columns = np.ceil(crossings - 0.5).clip(0, width).astype(np.int64)  # the first centre at or right of the crossing
    turns = np.zeros((height, width + 1), dtype=np.uint8)
    np.bitwise_xor.at(turns, (rows, columns), 1)
    np.bitwise_xor.accumulate(turns[:, :width], axis=1, out=mask.view(np.uint8))
    return mask


def _crossings(places: FloatArray, height: int) -> tuple[NDArray[np.int64], FloatArray]:
    """Where the edges between these corners (n, 2) cross the centres of rows: the rows (k,) and x there (k,)."""
    ends = np.roll(places, -1, axis=0)
    upper = np.where((places[:, 1] <= ends[:, 1])[:, None], places, ends)
    lower = np.where((places[:, 1] <= ends[:, 1])[:, None], ends, places)
    first = np.ceil(upper[:, 1] - 0.5).clip(0, height).astype(np.int64)
    counts = np.ceil(lower[:, 1] - 0.5).clip(0, height).astype(np.int64) - first
    edge = np.repeat(np.arange(len(places)), counts)
    rows = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts) + first[edge]
    below = (rows + 0.5 - upper[edge, 1]) / (lower[edge, 1] - upper[edge, 1])
    return rows, upper[edge, 0] + below * (lower[edge, 0] - upper[edge, 0])
