"""Which layers does a network by hand consist of, and what shapes do they make?

A network is a tuple of these, in their order. Shapes leave the number of pictures out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from vizcore.by_hand.geometry import Geometry, check_geometry
from vizcore.by_hand.pooling import PoolKind, Window
from vizcore.results import FloatArray

Shape = tuple[int, ...]
Parameters = dict[str, FloatArray]


@dataclass(frozen=True)
class Conv:
    """Parameters `NAME.weight` (F, C, kh, kw) and `NAME.bias` (F,)."""

    name: str
    filters: int
    kernel_hw: tuple[int, int] = (3, 3)
    geometry: Geometry = field(default_factory=Geometry)


@dataclass(frozen=True)
class Relu:
    """max(0, x)."""

    name: str


@dataclass(frozen=True)
class Pool:
    """The largest value, or the mean, of each window."""

    name: str
    kind: PoolKind = "max"
    window: Window = field(default_factory=Window)


@dataclass(frozen=True)
class Flatten:
    """(C, H, W) -> (C H W,), channel by channel, row by row."""

    name: str


@dataclass(frozen=True)
class Dense:
    """Parameters `NAME.weight` (K, D) and `NAME.bias` (K,)."""

    name: str
    units: int


Layer = Conv | Relu | Pool | Flatten | Dense


def output_shape(layer: Layer, shape: Shape) -> Shape:
    """The shape after one layer. Errors: ConvolutionImpossible."""
    if isinstance(layer, Conv):
        return (layer.filters, *check_geometry((shape[1], shape[2]), layer.kernel_hw, layer.geometry))
    if isinstance(layer, Pool):
        side = layer.window.size
        return (shape[0], *check_geometry((shape[1], shape[2]), (side, side), layer.window.geometry))
    if isinstance(layer, Flatten):
        return (int(np.prod(shape)),)
    return (layer.units,) if isinstance(layer, Dense) else shape


def parameter_shapes(layers: Sequence[Layer], input_shape: Shape) -> dict[str, Shape]:
    """The shape of every parameter tensor, in the order of the layers."""
    found: dict[str, Shape] = {}
    shape = input_shape
    for layer in layers:
        if isinstance(layer, Conv):
            found[f"{layer.name}.weight"] = (layer.filters, shape[0], *layer.kernel_hw)
            found[f"{layer.name}.bias"] = (layer.filters,)
        elif isinstance(layer, Dense):
            found[f"{layer.name}.weight"] = (layer.units, shape[0])
            found[f"{layer.name}.bias"] = (layer.units,)
        shape = output_shape(layer, shape)
    return found


def initial_parameters(layers: Sequence[Layer], input_shape: Shape, seed: int) -> Parameters:
    """Weights from a normal distribution of deviation sqrt(2 / inputs) (He et al. 2015), biases of zero; float64.

    The last layer has a tenth of that, so that the first answer is nearly even and the first loss nearly ln C.
    """
    generator = np.random.default_rng(seed)
    shapes = parameter_shapes(layers, input_shape)
    last = [name for name in shapes if name.endswith(".weight")][-1:]
    found: Parameters = {}
    for name, shape in shapes.items():
        if name.endswith(".bias"):
            found[name] = np.zeros(shape)
        else:
            deviation = np.sqrt(2 / np.prod(shape[1:])) * (0.1 if name in last else 1.0)
            found[name] = generator.normal(0, deviation, shape)
    return found
