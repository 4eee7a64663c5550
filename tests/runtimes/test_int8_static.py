"""Depthwise networks in integers: rounding for answers, ranges, biases that fit, and sizes that became numbers."""

from __future__ import annotations

import io
import warnings
from collections import Counter
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from torch import nn

from vizcore.runtimes import int8_rounding, int8_static
from vizcore.runtimes.onnx_session import OnnxSession
from vizcore.runtimes.onnx_surgery import fold_sizes

SIDE = 24


class PaddedLikeTensorFlow(nn.Conv2d):
    """Pads by the size of what it is given."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        height, width = x.shape[-2:]
        rows, columns = ((torch.ceil(torch.as_tensor(side) / 2).int() - 1) * 2 + 3 - side for side in (height, width))
        return super().forward(
            nn.functional.pad(x, [columns // 2, columns - columns // 2, rows // 2, rows - rows // 2])
        )  # type: ignore[list-item]


def depthwise(given: int, made: int) -> list[nn.Module]:
    return [
        nn.Conv2d(given, given, 3, padding=1, groups=given),
        nn.ReLU6(),
        nn.Conv2d(given, made, 1),
        nn.Conv2d(made, made, 1),
        nn.ReLU6(),
    ]


def network() -> nn.Sequential:
    torch.manual_seed(0)
    stem = [PaddedLikeTensorFlow(3, 8, 3, stride=2), nn.ReLU6()]
    made = nn.Sequential(*stem, *depthwise(8, 16), *depthwise(16, 32), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    made.append(nn.Linear(32, 5))
    with torch.no_grad():
        made[7].weight[3] = 1e-11  # a dead channel
        made[7].bias[3] = 5.0
    return made.eval()


@pytest.fixture(scope="module")
def exported() -> Any:
    stream = io.BytesIO()
    exporter: Any = torch.onnx
    axes = {"pixels": {0: "batch"}, "logits": {0: "batch"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exporter.export(
            network(), (torch.rand(2, 3, SIDE, SIDE),), stream, dynamo=False, opset_version=17,
            input_names=["pixels"], output_names=["logits"], dynamic_axes=axes,
        )  # fmt: skip
    return onnx.load_model_from_string(stream.getvalue())


def pictures(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((count, 3, SIDE, SIDE)).astype(np.float32)


def answers(proto: Any, pixels: np.ndarray) -> np.ndarray:
    return np.asarray(OnnxSession(proto.SerializeToString(), threads=1).run(pixels)[0])


def test_sizes_become_numbers_and_answers_stay(exported: Any) -> None:
    folded = fold_sizes(exported, pictures(2))
    onnx.checker.check_model(folded)
    before, after = (Counter(node.op_type for node in each.graph.node) for each in (exported, folded))
    assert before["Shape"] > 0
    assert after["Shape"] == 0
    assert len(folded.graph.node) < len(exported.graph.node) - 10
    for count in (1, 3):
        assert np.array_equal(answers(folded, pictures(count)), answers(exported, pictures(count)))
    assert fold_sizes(folded, pictures(2)) is folded


def test_inputs_that_go_together_are_rounded_together() -> None:
    rows = np.array([[0.4, 0.4, -0.8], [0.3, 0.3, -0.6]], np.float32)  # both answer 0 on an even surface
    scale = np.ones(2, np.float32)
    even = np.ones((1, 3, 3)) + 1e-3 * np.eye(3)
    assert np.round(rows).sum(axis=1).tolist() == [-1, -1]
    assert int8_rounding.rounded_for(rows, scale, even).sum(axis=1).tolist() == [0, 0]
    apart = np.eye(3)[None]
    assert np.array_equal(int8_rounding.rounded_for(rows, scale, apart), np.round(rows))


def test_groups_are_rounded_as_if_alone() -> None:
    rng = np.random.default_rng(1)
    rows, scale = rng.normal(size=(6, 4)).astype(np.float32), np.full(6, 0.05, np.float32)
    factors = rng.normal(size=(3, 4, 9))
    moments = factors @ factors.transpose(0, 2, 1)
    alone = [int8_rounding.rounded_for(rows[2 * i : 2 * i + 2], scale[:2], moments[i : i + 1]) for i in range(3)]
    assert np.array_equal(int8_rounding.rounded_for(rows, scale, moments), np.concatenate(alone))


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_moments_are_those_of_the_rows_that_weights_meet(groups: int) -> None:
    inputs = np.random.default_rng(2).random((2, 4, 3, 3)).astype(np.float32)
    rng = np.random.default_rng(3)
    found = int8_rounding.input_moments(inputs, (3, 3), groups, rng, 4000)
    columns = nn.functional.unfold(torch.from_numpy(inputs), 3, padding=1).double()  # (B, C k, places)
    parts = columns.reshape(2, groups, -1, 9)
    expected = torch.einsum("bgip,bgjp->gij", parts, parts).numpy() / (2 * 9)
    assert np.allclose(found / (2 * 4000), expected, atol=0.05)


def test_a_grid_holds_zero_and_its_own_levels() -> None:
    for low in (0, -100):
        values = 0.5 * np.arange(low, low + 256).astype(np.float32)
        scale, zero = int8_static.grid(values)
        assert (float(scale), int(zero)) == (0.5, -low)
    assert int8_static.grid(np.zeros(4, np.float32))[1] == 0


def test_the_network_stays_in_integers_and_answers_nearly_the_same(exported: Any) -> None:
    folded = fold_sizes(exported, pictures(2))
    assert int8_static.stays_in_integers(folded)
    made = int8_static.quantise_static(folded, list(pictures(16)), float_first=2)
    onnx.checker.check_model(made)
    right, found = answers(folded, pictures(8, 9)), answers(made, pictures(8, 9))
    assert np.abs(found - right).max() < 0.1 * right.std()
    kinds = Counter(node.op_type for node in made.graph.node)
    assert kinds["Clip"] == 2  # of the two layers in float
    weights = [each for each in made.graph.initializer if each.data_type == onnx.TensorProto.INT8 and each.dims[1:]]
    assert len(weights) == 6  # five convolutions and the head
    assert not int8_static.stays_in_integers(_with_sigmoid(folded))


def _with_sigmoid(proto: Any) -> Any:
    made = onnx.ModelProto()
    made.CopyFrom(proto)
    next(node for node in made.graph.node if node.op_type == "Clip").op_type = "Sigmoid"
    return made


def test_the_bias_of_a_dead_channel_still_fits(exported: Any) -> None:
    folded = fold_sizes(exported, pictures(2))
    made = int8_static.quantise_static(folded, list(pictures(16)), float_first=2)
    name = [node for node in folded.graph.node if node.op_type == "Conv"][4].output[0]
    known = {each.name: onnx.numpy_helper.to_array(each) for each in made.graph.initializer}
    bias = known[f"{name}_bias_int"].astype(float) * known[f"{name}_bias_scale"]
    assert bias[3] == pytest.approx(5.0, rel=1e-3)
