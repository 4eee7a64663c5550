"""Which products make each output of a convolution, forward and backward, without a loop over outputs?

Libraries call it convolution and compute cross-correlation: the kernel is not flipped. So do we; `flipped` gives the
kernel with which both words mean the same. Everything works in the number type of its input.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.by_hand.geometry import Geometry, check_geometry, kernel_span, output_side
from vizcore.results import FloatArray


def flipped(kernel: FloatArray) -> FloatArray:
    """The kernel turned by 180 degrees in its last two axes."""
    return kernel[..., ::-1, ::-1]


def padded(inputs: FloatArray, padding: int) -> FloatArray:
    """(..., H, W) -> (..., H + 2 p, W + 2 p), zeros outside."""
    if not padding:
        return inputs
    ring = ((padding, padding), (padding, padding))
    return np.pad(inputs, ((0, 0),) * (inputs.ndim - 2) + ring)


def windows(inputs: NDArray[Any], kernel_hw: tuple[int, int], geometry: Geometry) -> NDArray[Any]:
    """(N, C, H, W), padded already -> a view (N, C, kh, kw, oh, ow): for each tap the cells that it meets."""
    span_hw = (kernel_span(kernel_hw[0], geometry.dilation), kernel_span(kernel_hw[1], geometry.dilation))
    every = np.lib.stride_tricks.sliding_window_view(inputs, span_hw, axis=(2, 3))
    s, d = geometry.stride, geometry.dilation
    return every[:, :, ::s, ::s, ::d, ::d].transpose(0, 1, 4, 5, 2, 3)


def columns(inputs: FloatArray, kernel_hw: tuple[int, int], geometry: Geometry) -> FloatArray:
    """im2col: (N, C, H, W) -> (N, C kh kw, oh ow), each column the cells under the kernel at one output."""
    seen = windows(padded(inputs, geometry.padding), kernel_hw, geometry)
    return seen.reshape(len(inputs), -1, seen.shape[4] * seen.shape[5])


def convolve(
    inputs: FloatArray, kernels: FloatArray, bias: FloatArray | None = None, geometry: Geometry | None = None
) -> FloatArray:
    """inputs (N, C, H, W), kernels (F, C, kh, kw), bias (F,) -> (N, F, oh, ow), as torch's conv2d.

    One matrix product: kernels as rows (F, C kh kw) times im2col's columns. Errors: ConvolutionImpossible.
    """
    chosen = geometry or Geometry()
    count, filters = _checked(inputs, kernels)
    kernel_hw = (kernels.shape[2], kernels.shape[3])
    height, width = check_geometry((inputs.shape[2], inputs.shape[3]), kernel_hw, chosen)
    outputs = kernels.reshape(filters, -1) @ columns(inputs, kernel_hw, chosen)  # (N, F, oh ow)
    if bias is not None:
        outputs += bias[:, None]
    return outputs.reshape(count, filters, height, width)


def convolve_backward(
    gradient: FloatArray, inputs: FloatArray, kernels: FloatArray, geometry: Geometry | None = None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """gradient (N, F, oh, ow) of the output -> gradients of inputs, kernels and bias, in their shapes.

    Kernels: correlation of the input with the output's gradient (spread by the stride). Inputs: full convolution of
    that gradient with the kernels. Bias: the gradient's sum.
    """
    chosen = geometry or Geometry()
    count, filters = _checked(inputs, kernels)
    kernel_hw = (kernels.shape[2], kernels.shape[3])
    flat = gradient.reshape(count, filters, -1)
    seen = columns(inputs, kernel_hw, chosen)
    of_kernels = np.matmul(flat, seen.transpose(0, 2, 1)).sum(0).reshape(kernels.shape)
    taps = kernels.reshape(filters, -1).T @ flat  # (N, C kh kw, oh ow): what each tap hands back
    return scattered(taps, inputs.shape, kernel_hw, chosen), of_kernels, flat.sum((0, 2))


def scattered(taps: FloatArray, shape: tuple[int, ...], kernel_hw: tuple[int, int], geometry: Geometry) -> FloatArray:
    """col2im: (N, C kh kw, oh ow) -> `shape` (N, C, H, W); cells under several windows add up, the padding falls off.

    This is the full convolution: tap (u, v) puts what it gives at s o + d (u, v), so the kernel appears flipped.
    """
    count, channels, height, width = shape
    s, p, d = geometry.stride, geometry.padding, geometry.dilation
    out_h, out_w = output_side(height, kernel_hw[0], geometry), output_side(width, kernel_hw[1], geometry)
    total = np.zeros((count, channels, height + 2 * p, width + 2 * p), taps.dtype)
    by_tap = taps.reshape(count, channels, *kernel_hw, out_h, out_w)
    for u in range(kernel_hw[0]):
        for v in range(kernel_hw[1]):
            rows, cols = slice(u * d, u * d + s * out_h, s), slice(v * d, v * d + s * out_w, s)
            total[:, :, rows, cols] += by_tap[:, :, u, v]
    return total[:, :, p : p + height, p : p + width]


def _checked(inputs: FloatArray, kernels: FloatArray) -> tuple[int, int]:
    if inputs.ndim != 4 or kernels.ndim != 4 or inputs.shape[1] != kernels.shape[1]:
        raise ValueError(f"expected inputs (N, C, H, W) and kernels (F, C, kh, kw), got {inputs.shape} {kernels.shape}")
    return len(inputs), len(kernels)
