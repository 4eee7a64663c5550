"""What does a convolution do, written as the loops that everyone draws on the board?

Slow on purpose, and shown as code on the page; `convolution.py` computes the same with one matrix product.
"""

from __future__ import annotations

import numpy as np

from vizcore.by_hand.geometry import Geometry, output_side
from vizcore.results import FloatArray


def convolve_by_loops(inputs: FloatArray, kernels: FloatArray, bias: FloatArray, geometry: Geometry) -> FloatArray:
    """inputs (N, C, H, W), kernels (F, C, kh, kw), bias (F,) -> (N, F, oh, ow): one product after the other."""
    count, channels, height, width = inputs.shape
    filters, _channels, kernel_h, kernel_w = kernels.shape
    s, p, d = geometry.stride, geometry.padding, geometry.dilation
    out_h, out_w = output_side(height, kernel_h, geometry), output_side(width, kernel_w, geometry)
    outputs = np.zeros((count, filters, out_h, out_w), inputs.dtype)
    for n, f, i, j in np.ndindex(outputs.shape):
        total = bias[f]  # the bias enters once per output, not once per product
        for c, u, v in np.ndindex(channels, kernel_h, kernel_w):
            row, column = i * s + u * d - p, j * s + v * d - p
            if 0 <= row < height and 0 <= column < width:  # outside lies the padding: zeros
                total += inputs[n, c, row, column] * kernels[f, c, u, v]
        outputs[n, f, i, j] = total
    return outputs
