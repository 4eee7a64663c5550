"""How does a whole network compute its loss, and how does the chain rule walk back through it?

The operations that know a derivative stand in one table, so that a page can put a wrong one in its place and show what
the gradient check says to that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vizcore.by_hand.activations import (
    cross_entropy,
    dense,
    dense_backward,
    relu,
    relu_backward,
    softmax,
    softmax_gradient,
)
from vizcore.by_hand.convolution import convolve, convolve_backward
from vizcore.by_hand.layers import Conv, Dense, Flatten, Layer, Parameters, Pool, Relu
from vizcore.by_hand.pooling import average_pool, average_pool_backward, max_pool, max_pool_backward
from vizcore.results import FloatArray

Labels = NDArray[np.integer]


@dataclass(frozen=True)
class Operations:
    """What the network computes with; `vizcore.by_hand.mistakes` holds tables with one wrong entry."""

    convolve: Callable[..., FloatArray] = convolve
    convolve_backward: Callable[..., tuple[FloatArray, FloatArray, FloatArray]] = convolve_backward
    max_pool_backward: Callable[..., FloatArray] = max_pool_backward
    softmax_gradient: Callable[..., FloatArray] = softmax_gradient


CORRECT = Operations()


@dataclass(frozen=True, eq=False)
class Forward:
    """values: the input of each layer, then the logits (N, K). winners: by max pooling's name.

    probabilities (N, K); loss: mean cross-entropy.
    """

    values: list[FloatArray]
    winners: dict[str, NDArray[np.intp]]
    probabilities: FloatArray
    loss: float

    @property
    def logits(self) -> FloatArray:
        return self.values[-1]


@dataclass(frozen=True, eq=False)
class Backward:
    """values: the gradient of the loss by each layer's input, then by the logits. parameters: by each tensor."""

    values: list[FloatArray]
    parameters: Parameters = field(default_factory=dict)


def forward(
    layers: Sequence[Layer], parameters: Parameters, inputs: FloatArray, labels: Labels, use: Operations = CORRECT
) -> Forward:
    """inputs (N, C, H, W), labels (N,). Errors: ConvolutionImpossible."""
    values, winners = [inputs], {}
    for layer in layers:
        current = values[-1]
        if isinstance(layer, Conv):
            weight, bias = parameters[f"{layer.name}.weight"], parameters[f"{layer.name}.bias"]
            current = use.convolve(current, weight, bias, layer.geometry)
        elif isinstance(layer, Relu):
            current = relu(current)
        elif isinstance(layer, Pool) and layer.kind == "max":
            current, winners[layer.name] = max_pool(current, layer.window)
        elif isinstance(layer, Pool):
            current = average_pool(current, layer.window)
        elif isinstance(layer, Flatten):
            current = current.reshape(len(current), -1)
        else:
            current = dense(current, parameters[f"{layer.name}.weight"], parameters[f"{layer.name}.bias"])
        values.append(current)
    return Forward(values, winners, softmax(values[-1]), cross_entropy(values[-1], labels))


def backward(
    layers: Sequence[Layer], parameters: Parameters, run: Forward, labels: Labels, use: Operations = CORRECT
) -> Backward:
    """The chain rule from the loss to every parameter and to the picture, one layer after the other."""
    gradients = [use.softmax_gradient(run.probabilities, labels)]
    found: Parameters = {}
    for layer, inputs in zip(reversed(layers), reversed(run.values[:-1]), strict=True):
        gradient = gradients[-1]
        if isinstance(layer, (Conv, Dense)):
            weight = parameters[f"{layer.name}.weight"]
            gradient, of_weight, of_bias = (
                use.convolve_backward(gradient, inputs, weight, layer.geometry)
                if isinstance(layer, Conv)
                else dense_backward(gradient, inputs, weight)
            )
            found = {f"{layer.name}.weight": of_weight, f"{layer.name}.bias": of_bias, **found}
        elif isinstance(layer, Relu):
            gradient = relu_backward(gradient, inputs)
        elif isinstance(layer, Pool) and layer.kind == "max":
            gradient = use.max_pool_backward(gradient, run.winners[layer.name], inputs.shape, layer.window)
        elif isinstance(layer, Pool):
            gradient = average_pool_backward(gradient, inputs.shape, layer.window)
        else:
            gradient = gradient.reshape(inputs.shape)
        gradients.append(gradient)
    return Backward(gradients[::-1], found)
