"""Hand-made ONNX classifiers of a few numbers: the mean of each channel, times a matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

SIDE = 32


def nodes(softmax: bool = False) -> list[Any]:
    made = [
        helper.make_node("GlobalAveragePool", ["x"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("MatMul", ["flat", "w"], ["scores" if softmax else "y"]),
    ]
    return [*made, helper.make_node("Softmax", ["scores"], ["y"], axis=1)] if softmax else made


def weights(classes: int = 3) -> np.ndarray:
    return np.random.default_rng(1).standard_normal((3, classes)).astype(np.float32)


def onnx_model(
    parts: Sequence[Any] | None = None,
    *,
    shape: Sequence[int | str] = ("n", 3, SIDE, SIDE),
    classes: int = 3,
    more_inputs: Sequence[str] = (),
    opset: int = 17,
    domain: str = "",
    output: Sequence[int | str] | None = None,
) -> Any:
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, list(shape))]
    inputs += [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in more_inputs]
    ends = [helper.make_tensor_value_info("y", TensorProto.FLOAT, list(output or ("n", classes)))]
    graph = helper.make_graph(
        list(parts or nodes()), "tiny", inputs, ends, [numpy_helper.from_array(weights(classes), "w")]
    )
    opsets = [helper.make_opsetid("", opset), *([helper.make_opsetid(domain, 1)] if domain else [])]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)
