"""Which Python script, with NumPy alone, gives the numbers on the page again?

It is put together from the source of the functions that computed them, so that it cannot say something else.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence

import numpy as np

from vizcore.by_hand import (
    activations,
    convolution,
    digit_network,
    digits,
    geometry,
    layers,
    learner,
    network,
    optimiser,
    pooling,
)
from vizcore.by_hand.layers import Layer, Parameters
from vizcore.by_hand.learner import TrainingSettings
from vizcore.results import FloatArray

HEAD = '''"""{title}

Written by Vis-à-vis (AGPL-3.0); run it with: python {name}
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
'''

CHECK = """
def check_geometry(input_hw, kernel_hw, geometry):
    return tuple(output_side(i, k, geometry) for i, k in zip(input_hw, kernel_hw))
"""

NETWORK = (
    geometry.Geometry, geometry.kernel_span, geometry.output_side,
    convolution.padded, convolution.windows, convolution.columns, convolution._checked, convolution.convolve,
    convolution.scattered, convolution.convolve_backward,
    pooling.Window, pooling._taps, pooling._scattered, pooling.max_pool, pooling.max_pool_backward,
    pooling.average_pool, pooling.average_pool_backward,
    activations.relu, activations.relu_backward, activations.dense, activations.dense_backward, activations.softmax,
    activations.cross_entropy, activations.softmax_gradient,
    layers.Conv, layers.Relu, layers.Pool, layers.Flatten, layers.Dense,
    network.Operations,
)  # fmt: skip
PASSES = (network.Forward, network.Backward, network.forward, network.backward)
TRAINING = (
    layers.output_shape, layers.parameter_shapes, layers.initial_parameters,
    digits.DigitPart, digits.DigitSplit, digits._taken, digits._part,
    optimiser.momentum_step, learner.TrainingSettings, learner.ran_away, learner.Learner,
    digit_network.initial_state, learner.learner, digit_network.measured,
)  # fmt: skip

WALK = """
layers = {layers}
parameters = {{
{parameters}
}}
picture = {picture}
label = {label}

run = forward(layers, parameters, picture[None], np.array([label]))
back = backward(layers, parameters, run, np.array([label]))
for layer, value in zip(layers, run.values[1:]):
    print(layer.name, value[0].tolist())
print("softmax", run.probabilities[0].tolist())
print("loss", run.loss)
for name, value in back.parameters.items():
    print("d", name, value.tolist())
print("d picture", back.values[0][0].tolist())
"""

DATA = """
def all_digits():
    from sklearn.datasets import load_digits

    found = load_digits()
    return DigitPart((found.images / 16.0)[:, None], found.target.astype(np.int64))


def digit_split():
    everything = all_digits()
    order = np.random.default_rng({seed}).permutation(len(everything))
    by_class = [order[everything.labels[order] == digit] for digit in range(10)]
    tests, rest = _taken(by_class, {test})
    validations, trains = _taken(rest, {validation})
    return DigitSplit(*(_part(everything, each) for each in (np.concatenate(trains), validations, tests)))
"""

LEARN = """
CLASSES, SHAPE = 10, (1, 8, 8)
RUNAWAY = 1000 * math.log(CLASSES)
LAYERS = {layers}
settings = {settings}

split = digit_split()
state = learner(settings, split.train)
best, best_loss = None, measured(state.parameters, split.validation)[0]
for epoch in range(1, settings.epochs + 1):
    losses = list(state.epoch())
    if any(map(ran_away, losses)):
        print("ran away at a loss of", max(losses))
        break
    loss, accuracy = measured(state.parameters, split.validation)
    print("epoch", epoch, "loss", float(np.mean(losses)), "validation", loss, accuracy)
    if loss < best_loss:
        best, best_loss = {{name: each.copy() for name, each in state.parameters.items()}}, loss
if best is not None:
    print("test accuracy", measured(best, split.test)[1])
"""


def walk_script(network_layers: Sequence[Layer], parameters: Parameters, picture: FloatArray, label: int) -> str:
    """Forward and backward pass of one picture (C, H, W), every value and gradient printed."""
    body = WALK.format(
        layers=_listed(network_layers),
        parameters="\n".join(f"    {name!r}: {_array(each)}," for name, each in parameters.items()),
        picture=_array(picture),
        label=label,
    )
    title = "One picture through a small CNN, forward and backward, in NumPy."
    return _joined(title, "cnn_by_hand.py", NETWORK, "CORRECT = Operations()\n", PASSES, body)


def training_script(settings: TrainingSettings) -> str:
    """The whole training on scikit-learn's digits with these settings; needs scikit-learn for the data."""
    data = DATA.format(seed=digits.SPLIT_SEED, test=digits.TEST, validation=digits.VALIDATION)
    body = LEARN.format(layers=_listed(digit_network.LAYERS), settings=repr(settings))
    title = "A small CNN in NumPy learns the 1,797 digits of scikit-learn."
    between = f"CORRECT = Operations()\nCLASSES = 10\n{data}"
    return _joined(title, "train_digits.py", NETWORK, between, (*PASSES, *TRAINING), body)


def _joined(title: str, name: str, first: Sequence[object], between: str, then: Sequence[object], body: str) -> str:
    """Sources in their order, two empty lines between."""
    pieces = [HEAD.format(title=title, name=name), CHECK, *map(_source, first), between, *map(_source, then), body]
    return "\n\n".join(piece.strip("\n") for piece in pieces) + "\n"


def _source(thing: object) -> str:
    return inspect.getsource(thing)  # type: ignore[arg-type]


def _listed(network_layers: Sequence[Layer]) -> str:
    return "(\n" + "".join(f"    {layer!r},\n" for layer in network_layers) + ")"


def _array(values: FloatArray) -> str:
    return f"np.array({np.asarray(values, np.float64).tolist()!r})"
