"""One convolution with its ReLU and pooling, as plain numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from vizcore.by_hand.activations import relu
from vizcore.by_hand.convolution import convolve, flipped
from vizcore.by_hand.geometry import Geometry, check_geometry, dropped_cells
from vizcore.by_hand.pooling import Window, max_pool
from vizcore.errors import ChannelsDiffer, ConvolutionTooLarge
from vizcore.results import FloatArray

MOST_PRODUCTS = 50_000_000  # of an input cell and a kernel's cell, all held at once: 400 MB


def convolve_once(inputs: FloatArray, kernel: FloatArray, geometry: Geometry, bias: float) -> dict[str, Any]:
    """inputs (C, H, W), kernel (C, kh, kw), or (1, kh, kw) for every channel alike -> matrices and shapes.

    output: cross-correlation, as libraries compute it; flipped: true convolution. pooled: 2 x 2 maxima, None where the
    output is smaller than a window. dropped: rows and columns of the input, and of the output, that no window reaches.
    Errors: ConvolutionImpossible, ChannelsDiffer, ConvolutionTooLarge.
    """
    if len(kernel) not in (1, len(inputs)):
        raise ChannelsDiffer(kernel=len(kernel), picture=len(inputs))
    cells = check_geometry(inputs.shape[1:], kernel.shape[1:], geometry)
    if len(inputs) * math.prod((*kernel.shape[1:], *cells)) > MOST_PRODUCTS:
        raise ConvolutionTooLarge(limit=MOST_PRODUCTS)
    kernels = np.broadcast_to(kernel, (len(inputs), *kernel.shape[1:]))[None]
    output = convolve(inputs[None], kernels, np.array([bias]), geometry)
    turned = convolve(inputs[None], flipped(kernels), np.array([bias]), geometry)
    open_units = relu(output)
    window = Window()
    pooled = max_pool(open_units, window)[0] if min(output.shape[2:]) >= window.size else None
    pool_drops = [dropped_cells(side, window.size, window.geometry) for side in output.shape[2:]]
    sides = zip(inputs.shape[1:], kernel.shape[1:], strict=True)
    return {
        "output": output[0, 0].tolist(),
        "relu": open_units[0, 0].tolist(),
        "pooled": None if pooled is None else pooled[0, 0].tolist(),
        "flipped": turned[0, 0].tolist(),
        "bias": bias,
        "shapes": {
            "input": list(inputs.shape),
            "kernel": list(kernels.shape[1:]),
            "output": list(output.shape[2:]),
            "pooled": None if pooled is None else list(pooled.shape[2:]),
        },
        "dropped": {
            "input": [dropped_cells(side, taps, geometry) for side, taps in sides],
            "pooling": pool_drops if pooled is not None else list(output.shape[2:]),
        },
    }
