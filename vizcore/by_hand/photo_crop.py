"""Which small matrix does a part of a photo become?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vizcore.by_hand.matrices import MOST_CELLS
from vizcore.errors import MatrixInvalid
from vizcore.results import FloatArray

LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601
DECIMALS = 2


def pixels_of(rgb: NDArray[np.uint8], *, colour: bool = False) -> FloatArray:
    """(H, W, 3) -> (1, H, W) luma or (3, H, W) colours, 0..255, unrounded. Errors: MatrixInvalid (too_large)."""
    height, width = rgb.shape[:2]
    if height * width > MOST_CELLS:
        raise MatrixInvalid(reason="too_large", row=0, column=0, found="", limit=MOST_CELLS, height=height, width=width)
    values = rgb.astype(np.float64)
    return np.moveaxis(values, -1, 0).copy() if colour else (values @ LUMA)[None]


def cropped(
    rgb: NDArray[np.uint8], centre_xy: tuple[float, float], share: float, side: int, *, colour: bool = False
) -> FloatArray:
    """(C, side, side) in [0, 1], rounded to hundredths: the square around `centre_xy` of `share` of the short side.

    centre_xy: in shares of width and height; the square is moved inside the photo. Each cell is the mean of its area.
    """
    left, top, edge = crop_box(rgb, centre_xy, share, side)
    part = rgb[top : top + edge, left : left + edge].astype(np.float64) / 255
    edges = np.linspace(0, edge, side + 1)
    means = _means(_means(part, edges, 0), edges, 1)
    values = np.moveaxis(means, -1, 0) if colour else (means @ LUMA)[None]
    return np.round(values, DECIMALS)


def crop_box(rgb: NDArray[np.uint8], centre_xy: tuple[float, float], share: float, side: int) -> tuple[int, int, int]:
    """(left, top, edge) in pixels of the square that `cropped` takes; never smaller than `side` where there is room."""
    height, width = rgb.shape[:2]
    short = min(height, width)
    edge = min(short, max(min(side, short), round(share * short)))
    left = round(centre_xy[0] * width - edge / 2)
    top = round(centre_xy[1] * height - edge / 2)
    return max(0, min(left, width - edge)), max(0, min(top, height - edge)), edge


def _means(values: FloatArray, edges: FloatArray, axis: int) -> FloatArray:
    """Means between the edges along an axis; pixels that an edge cuts count with their share."""
    sums = np.cumsum(values, axis)
    sums = np.concatenate([np.zeros_like(sums.take([0], axis)), sums], axis)
    whole = np.minimum(edges.astype(int), values.shape[axis])
    ends = np.minimum(whole + 1, values.shape[axis])
    low, high = sums.take(whole, axis), sums.take(ends, axis)
    shape = [1] * values.ndim
    shape[axis] = -1
    at_edges = low + (edges - whole).reshape(shape) * (high - low)
    means: FloatArray = np.diff(at_edges, axis=axis) / np.diff(edges).reshape(shape)
    return means
