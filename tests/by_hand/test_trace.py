"""The terms of every number: they sum to what the vectorised network computed, in both directions."""

from __future__ import annotations

import numpy as np
import pytest

from vizcore.by_hand.geometry import Geometry
from vizcore.by_hand.kernels import KERNELS, PICTURES
from vizcore.by_hand.layers import Conv, Dense, Flatten, Layer, Pool, Relu, initial_parameters
from vizcore.by_hand.pooling import PoolKind, Window
from vizcore.by_hand.trace import Step, Tensor, Trace, trace
from vizcore.results import FloatArray


def lecture() -> Trace:
    layers: tuple[Layer, ...] = (Conv("conv", 1), Relu("relu"), Pool("pool"), Flatten("flatten"), Dense("dense", 2))
    parameters = {
        "conv.weight": KERNELS["lecture"].matrix[None, None],
        "conv.bias": np.array([0.0]),
        "dense.weight": np.array([[0.1], [-0.1]]),
        "dense.bias": np.zeros(2),
    }
    return trace(layers, parameters, np.array(PICTURES["lecture"], float)[None], 0)


def pairs(found: Trace, out: str, place: int) -> list[tuple[float, float]]:
    """The factors of one number."""
    [step] = [each for each in found.steps if each.out == out]
    chosen = slice(step.terms.offsets[place], step.terms.offsets[place + 1])
    left = found.tensors[step.left].values.reshape(-1)[step.terms.left[chosen]]
    right = found.tensors[step.right].values.reshape(-1)[step.terms.right[chosen]]
    return list(zip(left.tolist(), right.tolist(), strict=True))


def test_the_nine_products_of_the_lectures_second_cell() -> None:
    window = [2, 3, 0, 5, 6, 1, 8, 9, 2]
    assert pairs(lecture(), "conv", 1) == list(zip(window, [1, 0, -1] * 3, strict=True))


def test_one_way_back_by_hand() -> None:
    """Logits 1.2 and -1.2 for the pooled 12; only the cell that won, (0, 1), hands anything back."""
    found = lecture()
    p = 1 / (1 + np.exp(-2.4))
    at_pool = 0.1 * (p - 1) - 0.1 * (1 - p)
    assert found.tensors["d pool"].values.item() == pytest.approx(at_pool)
    expected = np.zeros((3, 3))
    expected[0, 1] = at_pool
    np.testing.assert_allclose(found.tensors["d conv"].values[0], expected)
    np.testing.assert_allclose(
        found.tensors["d conv.weight"].values[0, 0], at_pool * np.array([[2, 3, 0], [5, 6, 1], [8, 9, 2]])
    )
    assert found.tensors["d conv.bias"].values.item() == pytest.approx(at_pool)
    picture = np.zeros((5, 5))
    picture[:3, 1:4] = at_pool * KERNELS["lecture"].matrix
    np.testing.assert_allclose(found.tensors["d picture"].values[0], picture)


def evaluated(step: Step, tensors: dict[str, Tensor]) -> FloatArray:
    """The numbers of `step.out` computed from its terms alone, flat: as the browser computes what it shows."""
    left = tensors[step.left].values.reshape(-1)[step.terms.left]
    outputs = step.terms.outputs
    count = len(step.terms.offsets) - 1
    if step.kind == "max":
        return np.array([left[a:b].max() for a, b in zip(step.terms.offsets, step.terms.offsets[1:], strict=False)])
    if step.kind in ("relu", "copy"):
        return np.maximum(left, 0) if step.kind == "relu" else left
    if step.kind == "loss":
        return -np.log(left)
    if step.kind == "softmax":
        powers = np.exp(left[:count] - left.max())
        shares: FloatArray = powers / powers.sum()
        return shares
    right = tensors[step.right].values.reshape(-1)[step.terms.right] if step.right else np.ones(len(left))
    if step.kind == "difference":
        return left - right
    total: FloatArray = step.scale * np.bincount(outputs, left * right, minlength=count)
    return total if step.bias_index is None else total + tensors[step.bias].values.reshape(-1)[step.bias_index]


@pytest.mark.parametrize("geometry", [Geometry(), Geometry(2, 1), Geometry(1, 2, 2), Geometry(3, 2, 1)])
@pytest.mark.parametrize(("kind", "window"), [("max", Window()), ("max", Window(2, 1)), ("average", Window(3, 2))])
@pytest.mark.parametrize("channels", [1, 3])
def test_terms_sum_to_the_outputs(geometry: Geometry, kind: PoolKind, window: Window, channels: int) -> None:
    layers: tuple[Layer, ...] = (
        Conv("conv1", 2, (3, 2), geometry), Relu("relu1"), Pool("pool1", kind, window),
        Conv("conv2", 3, (1, 1), Geometry(padding=1)), Relu("relu2"), Flatten("flatten"), Dense("dense", 4),
    )  # fmt: skip
    shape = (channels, 11, 10)
    picture = np.random.default_rng(0).normal(size=shape)
    found = trace(layers, initial_parameters(layers, shape, 3), picture, 2)
    assert len({step.key for step in found.steps}) == len(found.steps)
    for step in found.steps:
        actual = found.tensors[step.out].values.reshape(-1)
        np.testing.assert_allclose(evaluated(step, found.tensors), actual, rtol=0, atol=1e-12, err_msg=step.key)


def test_every_gradient_is_a_step() -> None:
    found = lecture()
    made = {step.out for step in found.steps}
    gradients = {name for name in found.tensors if name.startswith("d ")}
    assert gradients == {name for name in made if name.startswith("d ")}


def test_all_equal_input_routes_to_the_first() -> None:
    layers: tuple[Layer, ...] = (Conv("conv", 1, (1, 1)), Relu("relu"), Pool("pool"), Flatten("f"), Dense("dense", 2))
    parameters = {
        "conv.weight": np.ones((1, 1, 1, 1)),
        "conv.bias": np.zeros(1),
        "dense.weight": np.ones((2, 4)) * np.array([[1], [-1]]),
        "dense.bias": np.zeros(2),
    }
    found = trace(layers, parameters, np.ones((1, 4, 4)), 0)
    routed = found.tensors["d relu"].values[0] != 0
    assert np.argwhere(routed).tolist() == [[0, 0], [0, 2], [2, 0], [2, 2]]
