"""What does each layer cost: parameters, multiply-adds, memory, and how much of the picture does one output see?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vizcore.by_hand.geometry import Geometry, kernel_span
from vizcore.by_hand.layers import Conv, Dense, Layer, Pool, Relu, Shape, output_shape


@dataclass(frozen=True)
class LayerCost:
    """output: its shape. receptive: side in input pixels (height, width) that one output depends on, at most the
    whole picture. memory_bytes: of the output in float32."""

    name: str
    kind: str
    output: Shape
    parameters: int
    multiply_adds: int
    receptive_hw: tuple[int, int]
    memory_bytes: int


def layer_costs(layers: Sequence[Layer], input_shape: Shape) -> list[LayerCost]:
    """One row for each layer, of one picture. Errors: ConvolutionImpossible.

    Receptive field: r + (span - 1) j, and the jump j grows by the stride (Araujo et al. 2019). A multiply-add is one
    product of two numbers that is added to a sum; ReLU and max pooling have none.
    """
    rows = []
    shape, field, jump = input_shape, (1, 1), 1
    for layer in layers:
        output = output_shape(layer, shape)
        spans, stride = _reach(layer)
        field = (field[0] + (spans[0] - 1) * jump, field[1] + (spans[1] - 1) * jump)
        jump *= stride
        if isinstance(layer, Dense):
            field = (input_shape[1], input_shape[2])
        seen = (min(field[0], input_shape[1]), min(field[1], input_shape[2]))
        parameters, products = _work(layer, shape, output)
        kind = type(layer).__name__.lower()
        rows.append(LayerCost(layer.name, kind, output, parameters, products, seen, 4 * int(np.prod(output))))
        shape = output
    return rows


def _reach(layer: Layer) -> tuple[tuple[int, int], int]:
    """(cells that a window spans down and across, its stride)."""
    if isinstance(layer, Conv):
        geometry: Geometry = layer.geometry
        height, width = layer.kernel_hw
        return (kernel_span(height, geometry.dilation), kernel_span(width, geometry.dilation)), geometry.stride
    if isinstance(layer, Pool):
        return (layer.window.size, layer.window.size), layer.window.stride
    return (1, 1), 1


def _work(layer: Layer, shape: Shape, output: Shape) -> tuple[int, int]:
    """(parameters, multiply-adds)."""
    if isinstance(layer, Conv):
        taps = shape[0] * layer.kernel_hw[0] * layer.kernel_hw[1]
        return layer.filters * (taps + 1), taps * int(np.prod(output))
    if isinstance(layer, Dense):
        return layer.units * (shape[0] + 1), layer.units * shape[0]
    if isinstance(layer, Relu) or not isinstance(layer, Pool) or layer.kind == "max":
        return 0, 0
    return 0, layer.window.size**2 * int(np.prod(output))
