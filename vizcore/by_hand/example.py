"""Which small network walks over a picture: these kernels, ReLU, pooling, a dense layer of rounded weights, softmax."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from vizcore.by_hand.convolution import convolve
from vizcore.by_hand.geometry import Geometry, check_geometry
from vizcore.by_hand.layers import Conv, Dense, Flatten, Layer, Parameters, Pool, Relu
from vizcore.by_hand.network import forward
from vizcore.by_hand.pooling import PoolKind, Window
from vizcore.by_hand.trace import Trace, trace
from vizcore.errors import ChannelsDiffer, MatrixInvalid
from vizcore.results import FloatArray

MOST_CLASSES = 5
MOST_PICTURE = 20 * 20 * 3  # numbers of a picture that a page can walk over
MOST_KERNEL = 7  # taps along a side there


@dataclass(frozen=True)
class ExampleSettings:
    """bias: of every filter. label: the true class, from 0. seed: of the dense layer's weights."""

    geometry: Geometry = field(default_factory=Geometry)
    bias: float = 0.0
    pool: PoolKind = "max"
    window: Window = field(default_factory=Window)
    classes: int = 3
    label: int = 0
    seed: int = 0


def example(picture: FloatArray, kernels: Sequence[FloatArray], settings: ExampleSettings) -> Trace:
    """picture (C, H, W), kernels (C or 1, kh, kw) each, one for each filter; pooling is left out where nothing fits.

    Errors: ChannelsDiffer, ConvolutionImpossible, MatrixInvalid (too_large).
    """
    layers, parameters = example_network(picture, kernels, settings)
    return trace(layers, parameters, picture, min(settings.label, settings.classes - 1))


def example_network(
    picture: FloatArray, kernels: Sequence[FloatArray], settings: ExampleSettings
) -> tuple[tuple[Layer, ...], Parameters]:
    """The layers and their numbers. Errors as `example`."""
    _check_size(picture, MOST_PICTURE)
    weight = stacked(kernels, len(picture))
    _check_size(weight[0, :1], MOST_KERNEL**2)
    kernel_hw = (weight.shape[2], weight.shape[3])
    bias = np.full(len(weight), settings.bias)
    sides = check_geometry((picture.shape[1], picture.shape[2]), kernel_hw, settings.geometry)
    layers: tuple[Layer, ...] = (Conv("conv", len(weight), kernel_hw, settings.geometry), Relu("relu"))
    if min(sides) >= settings.window.size:
        layers = (*layers, Pool("pool", settings.pool, settings.window))
    body: tuple[Layer, ...] = (*layers, Flatten("flatten"))
    parameters: Parameters = {"conv.weight": weight, "conv.bias": bias}
    flat = forward(body, parameters, picture[None], np.array([0])).values[-1][0]
    head = _rounded_weights(flat, settings)
    return (*body, Dense("dense", settings.classes)), {
        **parameters,
        "dense.weight": head,
        "dense.bias": np.zeros(settings.classes),
    }


def stacked(kernels: Sequence[FloatArray], channels: int) -> FloatArray:
    """(F, C, kh, kw): a kernel of one layer serves every channel, smaller ones get zeros around.

    Errors: ChannelsDiffer.
    """
    height, width = max(each.shape[1] for each in kernels), max(each.shape[2] for each in kernels)
    found = np.zeros((len(kernels), channels, height, width))
    for place, kernel in enumerate(kernels):
        if len(kernel) not in (1, channels):
            raise ChannelsDiffer(kernel=len(kernel), picture=channels)
        top, left = (height - kernel.shape[1]) // 2, (width - kernel.shape[2]) // 2
        found[place, :, top : top + kernel.shape[1], left : left + kernel.shape[2]] = kernel
    return found


def turned_output(picture: FloatArray, kernels: FloatArray, bias: FloatArray, geometry: Geometry) -> FloatArray:
    """(F, oh, ow) of true convolution, the kernels (F, C, kh, kw) turned by 180 degrees."""
    turned: FloatArray = convolve(picture[None], kernels[..., ::-1, ::-1], bias, geometry)[0]
    return turned


def _rounded_weights(flat: FloatArray, settings: ExampleSettings) -> FloatArray:
    """(classes, D): so large that the logits lie near 1, rounded to two digits, so that they can be copied by hand."""
    generator = np.random.default_rng(settings.seed)
    scale = 1 / max(float(np.linalg.norm(flat)), 1.0)
    drawn = generator.normal(0, 1, (settings.classes, len(flat))) * scale
    decimals = int(max(1, 1 - np.floor(np.log10(scale))))
    rounded: FloatArray = np.round(drawn, decimals)
    return rounded


def _check_size(matrices: FloatArray, limit: int) -> None:
    if matrices.size > limit:
        height, width = matrices.shape[-2:]
        raise MatrixInvalid(reason="too_large", row=0, column=0, found="", limit=limit, height=height, width=width)
