"""Which steps lead from a picture to its loss and back to every gradient, with every term of every number?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from vizcore.by_hand import terms
from vizcore.by_hand.convolution import padded
from vizcore.by_hand.layers import Conv, Dense, Layer, Parameters, Pool, Relu
from vizcore.by_hand.network import Forward, backward, forward
from vizcore.by_hand.terms import Indices, Terms
from vizcore.results import FloatArray

Kind = Literal["sum", "max", "relu", "copy", "softmax", "loss", "difference"]
Role = Literal["picture", "value", "weight", "gradient"]


@dataclass(frozen=True, eq=False)
class Tensor:
    """key: "picture", a layer's name for its output, "NAME.weight", and "d " before any of these for its gradient.

    ring: rings of padding around it; `origin` is then the tensor without them.
    """

    key: str
    values: FloatArray
    role: Role
    ring: int = 0
    origin: str = ""


@dataclass(frozen=True, eq=False)
class Step:
    """How `out` is made of `left` (and `right`): by `kind`, over `terms`.

    sum: scale * sum of left * right (of left alone without a right), + bias[bias_index] once. max: the largest left,
    the first of equal ones. relu: max(0, left). softmax: e^left / sum over all. loss: -log of the one left.
    difference: left - right. copy: left. layer: whose step it is; part: what of it ("weight", "bias", "input", or "").
    """

    layer: str
    kind: Kind
    out: str
    left: str
    right: str
    terms: Terms
    backward: bool = False
    part: str = ""
    bias: str = ""
    bias_index: Indices | None = None
    scale: float = 1.0

    @property
    def key(self) -> str:
        """Unique in its trace: "conv", "d conv.weight"."""
        return self.out


@dataclass(frozen=True, eq=False)
class Trace:
    """Everything of one picture's way there and back. run: the numbers as the vectorised network computed them."""

    tensors: dict[str, Tensor]
    steps: tuple[Step, ...]
    run: Forward
    layers: tuple[Layer, ...]


def trace(layers: Sequence[Layer], parameters: Parameters, picture: FloatArray, label: int) -> Trace:
    """picture (C, H, W). Errors: ConvolutionImpossible."""
    labels = np.array([label])
    run = forward(layers, parameters, picture[None], labels)
    back = backward(layers, parameters, run, labels)
    names = ["picture", *(layer.name for layer in layers)]
    found = [Tensor("picture", picture, "picture")]
    found += [Tensor(name, each[0], "value") for name, each in zip(names[1:], run.values[1:], strict=True)]
    found += [Tensor(name, each, "weight") for name, each in parameters.items()]
    found += [Tensor(f"d {name}", each[0], "gradient") for name, each in zip(names, back.values, strict=True)]
    found += [Tensor(f"d {name}", each, "gradient") for name, each in back.parameters.items()]
    found += [
        Tensor("softmax", run.probabilities[0], "value"),
        Tensor("loss", np.array([run.loss]), "value"),
        Tensor("target", np.eye(len(run.logits[0]))[label], "value"),
        *_padded_inputs(layers, names, run),
    ]
    steps = list(_forward_steps(layers, names, run, parameters, label))
    there = {step.layer: step for step in steps}
    steps += _backward_steps(layers, names, run, parameters, there)
    return Trace({each.key: each for each in found}, tuple(steps), run, tuple(layers))


def _padded_inputs(layers: Sequence[Layer], names: list[str], run: Forward) -> Iterator[Tensor]:
    for place, layer in enumerate(layers):
        if isinstance(layer, Conv) and layer.geometry.padding:
            ring = layer.geometry.padding
            role: Role = "value" if place else "picture"
            yield Tensor(_ringed(names[place], layer), padded(run.values[place][0], ring), role, ring, names[place])
        elif isinstance(layer, Relu):
            yield Tensor(f"{layer.name} gate", (run.values[place][0] > 0).astype(float), "value")


def _ringed(name: str, layer: Conv) -> str:
    return f"{name} padded" if layer.geometry.padding else name


def _forward_steps(
    layers: Sequence[Layer], names: list[str], run: Forward, parameters: Parameters, label: int
) -> Iterator[Step]:
    for place, layer in enumerate(layers):
        name, before = layer.name, names[place]
        shape, count = run.values[place][0].shape, run.values[place + 1][0].size
        if isinstance(layer, Conv):
            weight = f"{name}.weight"
            ring = layer.geometry.padding
            room = (shape[0], shape[1] + 2 * ring, shape[2] + 2 * ring)
            made = terms.convolution_terms(room, parameters[weight].shape, layer.geometry)
            channel = np.repeat(np.arange(layer.filters), count // layer.filters)
            left = _ringed(before, layer)
            yield Step(name, "sum", name, left, weight, made, bias=f"{name}.bias", bias_index=channel)
        elif isinstance(layer, Dense):
            made = terms.dense_terms(shape[0], layer.units)
            unit = np.arange(layer.units)
            yield Step(name, "sum", name, before, f"{name}.weight", made, bias=f"{name}.bias", bias_index=unit)
        elif isinstance(layer, Pool):
            made = terms.pooling_terms(shape, layer.window.size, layer.window.stride)
            largest = layer.kind == "max"
            share = 1.0 if largest else 1 / layer.window.size**2
            yield Step(name, "max" if largest else "sum", name, before, "", made, scale=share)
        else:
            yield Step(name, "relu" if isinstance(layer, Relu) else "copy", name, before, "", terms.one_to_one(count))
    classes = len(run.logits[0])
    yield Step("softmax", "softmax", "softmax", names[-1], "", terms.all_to_all(classes))
    chosen = Terms(np.array([0, 1]), np.array([label]), np.zeros(0, np.int64))
    yield Step("loss", "loss", "loss", "softmax", "", chosen)


def _backward_steps(
    layers: Sequence[Layer], names: list[str], run: Forward, parameters: Parameters, there: dict[str, Step]
) -> Iterator[Step]:
    """The chain rule: the terms of every gradient are those of the way there, regrouped by the factor asked about."""
    one = terms.one_to_one(len(run.logits[0]), right=True)
    yield Step("softmax", "difference", f"d {names[-1]}", "softmax", "target", one, backward=True)
    for place in range(len(layers) - 1, -1, -1):
        layer, step, before = layers[place], there[layers[place].name], names[place]
        above, below = f"d {layer.name}", f"d {before}"
        shape = run.values[place][0].shape
        size = int(np.prod(shape))
        if isinstance(layer, (Conv, Dense)):
            weight, bias = parameters[f"{layer.name}.weight"], parameters[f"{layer.name}.bias"]
            of_weight = terms.by_right(step.terms, weight.size)
            yield Step(layer.name, "sum", f"d {layer.name}.weight", step.left, above, of_weight, True, "weight")
            of_bias = terms.by_bias(_bias_index(step), bias.size)
            yield Step(layer.name, "sum", f"d {layer.name}.bias", above, "", of_bias, True, "bias")
            ring = layer.geometry.padding if isinstance(layer, Conv) else 0
            room = int(np.prod([shape[0], *(side + 2 * ring for side in shape[1:])]))
            of_input = terms.by_left(step.terms, room)
            if ring:
                of_input = terms.without_ring(of_input, shape, ring)
            yield Step(layer.name, "sum", below, above, f"{layer.name}.weight", of_input, True, "input")
        elif isinstance(layer, Relu):
            gated = terms.one_to_one(size, right=True)
            yield Step(layer.name, "sum", below, above, f"{layer.name} gate", gated, True, "input")
        elif isinstance(layer, Pool):
            routed = _won(step.terms, run, layer) if layer.kind == "max" else step.terms
            of_input = terms.by_left(routed, size)
            yield Step(layer.name, "sum", below, above, "", of_input, True, "input", scale=step.scale)
        else:
            yield Step(layer.name, "copy", below, above, "", terms.one_to_one(size), True, "input")


def _won(made: Terms, run: Forward, layer: Pool) -> Terms:
    """Of each window's terms only the winner's."""
    winners = run.winners[layer.name][0].reshape(-1)
    chosen = made.offsets[:-1] + winners
    return Terms(np.arange(len(winners) + 1), made.left[chosen], made.right)


def _bias_index(step: Step) -> Indices:
    if step.bias_index is None:
        raise ValueError(f"expected a step with a bias, got {step.key}")
    return step.bias_index
