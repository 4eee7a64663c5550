"""Where on the photo is a cell of a detector's map? Maps cover the letterbox's frame too; heat maps only the photo."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vizcore.preprocessing.geometry import Placement
from vizcore.results import FloatArray


def on_photo(grid: FloatArray, placement: Placement) -> FloatArray:
    """The part of a map (h, w) of the model's picture that lies on the photo, in cells of about the same size.

    Read between the cells' centres (bilinear) where the photo's edge cuts cells; unchanged where it cuts none.
    """
    stride = stride_of(grid.shape[1], placement.model_hw[1])
    (left, top), (right, bottom) = placement.to_model(np.array(placement.region_xyxy()).reshape(2, 2)) / stride
    rows, columns = _places(top, bottom, grid.shape[0]), _places(left, right, grid.shape[1])
    down = _between(grid, rows)
    across: FloatArray = _between(down.T, columns).T
    return across


def stride_of(cells: int, pixels: int) -> int:
    """Side of a cell in pixels: the power of two that fits best, since the last cell may reach over the edge."""
    return int(2 ** round(np.log2(max(pixels / cells, 1))))


def _places(start: float, end: float, cells: int) -> NDArray[np.float64]:
    """Centres of the new cells in the old ones' numbering."""
    count = max(1, round(end - start))
    places = start + (np.arange(count) + 0.5) * (end - start) / count - 0.5
    return places.clip(0, cells - 1)


def _between(grid: FloatArray, places: NDArray[np.float64]) -> FloatArray:
    first = np.floor(places).astype(int)
    second = np.minimum(first + 1, len(grid) - 1)
    share = (places - first)[:, None]
    mixed: FloatArray = grid[first] * (1 - share) + grid[second] * share
    return mixed
