"""What do beginners get wrong in a network by hand? Each mistake is the table of operations with one wrong entry.

Sources: bias in every tap (micrograd-rs PR 20), softmax copied through (darknet PR 96), pooling (DeepLearnToolbox 70),
the flip (Theano 5170), float32 (ipex-llm 833).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.by_hand.activations import softmax_gradient
from vizcore.by_hand.convolution import convolve, convolve_backward, flipped
from vizcore.by_hand.geometry import Geometry
from vizcore.by_hand.network import CORRECT, Operations
from vizcore.by_hand.pooling import Window, max_pool_backward
from vizcore.results import FloatArray


@dataclass(frozen=True)
class Mistake:
    """use: what the network computes with. dtype: the numbers of the check."""

    use: Operations = CORRECT
    dtype: str = "float64"


def unflipped_backward(
    gradient: FloatArray, inputs: FloatArray, kernels: FloatArray, geometry: Geometry | None = None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The input's gradient with the kernel as it stands, where the full convolution turns it by 180 degrees."""
    _right, of_kernels, of_bias = convolve_backward(gradient, inputs, kernels, geometry)
    wrong, _kernels, _bias = convolve_backward(gradient, inputs, flipped(kernels), geometry)
    return wrong, of_kernels, of_bias


def bias_in_every_tap(
    inputs: FloatArray, kernels: FloatArray, bias: FloatArray, geometry: Geometry | None = None
) -> FloatArray:
    """The bias inside the sum: it is added once for each product, C kh kw times too often by C kh kw - 1."""
    return convolve(inputs, kernels, bias * bias.dtype.type(np.prod(kernels.shape[1:])), geometry)


def route_to_first(
    gradient: FloatArray, winners: NDArray[np.intp], shape: tuple[int, ...], window: Window
) -> FloatArray:
    """Each window's gradient goes to its first cell, whoever won."""
    return max_pool_backward(gradient, np.zeros_like(winners), shape, window)


def copied_through(probabilities: FloatArray, labels: NDArray[np.integer]) -> FloatArray:
    """The softmax left out of the chain: the gradient by the probabilities, -y / p, taken for that by the logits.

    (p - y) / N is both steps together; copying skips the second.
    """
    right = softmax_gradient(probabilities, labels)
    wrong = np.zeros_like(right)
    rows = np.arange(len(labels))
    wrong[rows, labels] = -1 / (probabilities[rows, labels] * len(labels))
    return wrong


MISTAKES: dict[str, Mistake] = {
    "none": Mistake(),
    "kernel_not_flipped": Mistake(Operations(convolve_backward=unflipped_backward)),
    "bias_per_tap": Mistake(Operations(convolve=bias_in_every_tap)),
    "pool_route": Mistake(Operations(max_pool_backward=route_to_first)),
    "softmax_copied": Mistake(Operations(softmax_gradient=copied_through)),
    "float32": Mistake(dtype="float32"),
}
