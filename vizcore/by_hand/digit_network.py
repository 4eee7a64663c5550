"""Which network reads digits by hand, what does it answer, and what do its filters look like?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vizcore.by_hand.digits import CLASSES, SIDE, DigitPart
from vizcore.by_hand.geometry import Geometry
from vizcore.by_hand.layers import Conv, Dense, Flatten, Layer, Parameters, Pool, Relu, initial_parameters
from vizcore.by_hand.network import forward
from vizcore.results import FloatArray

SHAPE = (1, SIDE, SIDE)
LAYERS: tuple[Layer, ...] = (
    Conv("conv1", 8, (3, 3), Geometry(padding=1)),
    Relu("relu1"),
    Pool("pool1"),
    Conv("conv2", 16, (3, 3), Geometry(padding=1)),
    Relu("relu2"),
    Pool("pool2"),
    Flatten("flatten"),
    Dense("dense", CLASSES),
)


def initial_state(seed: int) -> Parameters:
    """The weights before the first step."""
    return initial_parameters(LAYERS, SHAPE, seed)


def measured(parameters: Parameters, part: DigitPart) -> tuple[float, float]:
    """(mean cross-entropy, share of right answers) of these weights."""
    with np.errstate(all="ignore"):
        run = forward(LAYERS, parameters, part.pictures, part.labels)
    return run.loss, float((run.logits.argmax(1) == part.labels).mean())


def answered(parameters: Parameters, picture: FloatArray) -> FloatArray:
    """Probabilities (10,) of one picture (1, 8, 8) in [0, 1]."""
    probabilities: FloatArray = forward(LAYERS, parameters, picture[None], np.array([0])).probabilities[0]
    return probabilities


def filters_preview(parameters: Parameters) -> NDArray[np.uint8]:
    """(rows, columns, 3): the first layer's filters in two rows, blue below zero, red above, on one scale."""
    weight = parameters["conv1.weight"][:, 0]
    scale = float(np.abs(weight).max()) or 1.0
    share = np.clip(weight / scale, -1, 1)
    fade = 1 - np.abs(share)
    rgb = np.stack([np.where(share > 0, 1, fade), fade, np.where(share < 0, 1, fade)], axis=-1)
    height, width = weight.shape[1:]
    columns = len(weight) // 2
    sheet = np.full((2 * (height + 1) - 1, columns * (width + 1) - 1, 3), 0.5)
    for place, each in enumerate(rgb):
        top, left = place // columns * (height + 1), place % columns * (width + 1)
        sheet[top : top + height, left : left + width] = each
    enlarged: NDArray[np.uint8] = (255 * sheet).astype(np.uint8).repeat(20, axis=0).repeat(20, axis=1)
    return enlarged
