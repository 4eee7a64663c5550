"""What does 2 x 2 pooling keep of a map, and where does the gradient go back to?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vizcore.by_hand.convolution import scattered, windows
from vizcore.by_hand.geometry import Geometry, check_geometry
from vizcore.results import FloatArray

PoolKind = Literal["max", "average"]


@dataclass(frozen=True)
class Window:
    """size: side of the square window. stride: step between windows; smaller than the size, they overlap."""

    size: int = 2
    stride: int = 2

    @property
    def geometry(self) -> Geometry:
        return Geometry(self.stride)


def max_pool(inputs: FloatArray, window: Window) -> tuple[FloatArray, NDArray[np.intp]]:
    """(N, C, H, W) -> the maxima (N, C, oh, ow) and, in the same shape, which tap won, counted row by row.

    Of equal values the first wins, as in PyTorch. The division is floored: what does not fill a window is dropped.
    Errors: ConvolutionImpossible.
    """
    seen = _taps(inputs, window)
    winners = seen.argmax(axis=2)
    return np.take_along_axis(seen, winners[:, :, None], axis=2)[:, :, 0], winners


def max_pool_backward(
    gradient: FloatArray, winners: NDArray[np.intp], shape: tuple[int, ...], window: Window
) -> FloatArray:
    """gradient (N, C, oh, ow) -> `shape`: each window's gradient goes to its winner; overlapping windows add up."""
    taps = np.arange(window.size**2)[:, None, None]
    routed = np.where(winners[:, :, None] == taps, gradient[:, :, None], gradient.dtype.type(0))
    return _scattered(routed, shape, window)


def average_pool(inputs: FloatArray, window: Window) -> FloatArray:
    """(N, C, H, W) -> the means (N, C, oh, ow). Errors: ConvolutionImpossible."""
    means: FloatArray = _taps(inputs, window).mean(axis=2)
    return means


def average_pool_backward(gradient: FloatArray, shape: tuple[int, ...], window: Window) -> FloatArray:
    """gradient (N, C, oh, ow) -> `shape`: every cell of a window gets an equal share."""
    share = (gradient / window.size**2)[:, :, None]
    return _scattered(np.repeat(share, window.size**2, axis=2), shape, window)


def _taps(inputs: FloatArray, window: Window) -> FloatArray:
    """(N, C, size^2, oh, ow): the cells of each window, row by row."""
    check_geometry((inputs.shape[2], inputs.shape[3]), (window.size, window.size), window.geometry)
    seen = windows(inputs, (window.size, window.size), window.geometry)
    return seen.reshape(*seen.shape[:2], -1, *seen.shape[4:])


def _scattered(routed: FloatArray, shape: tuple[int, ...], window: Window) -> FloatArray:
    """(N, C, size^2, oh, ow) back to (N, C, H, W), one channel apart from the other."""
    count, channels = shape[:2]
    apart = (count * channels, 1, *shape[2:])
    taps = routed.reshape(count * channels, routed.shape[2], -1)
    return scattered(taps, apart, (window.size, window.size), window.geometry).reshape(shape)
