"""Could an operator of an ONNX graph end the process that runs it, where no exception tells of it?

A division of whole numbers by 0, or of the lowest one by -1, is a fault of the processor: what exporters write divides
sizes by numbers of the file that are above 0, and only that is let through. Some kernels of ONNX Runtime reach
beyond a tensor that holds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIVIDING = {"Div", "Mod"}
NEVER_EMPTY = {"InstanceNormalization"}
GIVEN = {"value", "value_int", "value_ints", "value_float", "value_floats"}  # attributes of a Constant


def faulty_operator(graph: Any, shapes: Mapping[str, tuple[int, ...] | None]) -> str:
    """The operator's name; "" where there is none. graph, shapes: as shape inference found them."""
    return _unsafe_division(graph) or _perhaps_empty(graph, shapes)


def _perhaps_empty(graph: Any, shapes: Mapping[str, tuple[int, ...] | None]) -> str:
    """The first of `NEVER_EMPTY` that computes with a tensor of no numbers, or of an unknown shape."""
    given = {each.name for each in (*graph.input, *graph.initializer)}
    nodes = [node for node in graph.node if node.op_type in NEVER_EMPTY and node.input[0] not in given]
    return next((str(node.op_type) for node in nodes if not prod(shapes.get(node.input[0]) or (0,))), "")


def _unsafe_division(graph: Any) -> str:
    dividing = [node for node in graph.node if node.op_type in DIVIDING]
    fractions, constants = _fractions(graph), _constants(graph)
    refused = (
        node for node in dividing if node.input[1] not in fractions and not _above_zero(constants, node.input[1])
    )
    return next((str(node.op_type) for node in refused), "")


def _fractions(graph: Any) -> set[str]:
    """The tensors known to hold no whole numbers."""
    from onnx import TensorProto

    kinds = {each.name: each.type.tensor_type.elem_type for each in (*graph.input, *graph.value_info, *graph.output)}
    kinds |= {each.name: each.data_type for each in graph.initializer}
    floats = {TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.FLOAT16, TensorProto.BFLOAT16}
    return {name for name, kind in kinds.items() if kind in floats}


def _constants(graph: Any) -> dict[str, Any]:
    """What the file gives as numbers: a TensorProto, or the attribute of a Constant."""
    found = {each.name: each for each in graph.initializer}
    constants = [node for node in graph.node if node.op_type == "Constant"]
    return found | {node.output[0]: each for node in constants for each in node.attribute if each.name in GIVEN}


def _above_zero(constants: Mapping[str, Any], name: str) -> bool:
    return name in constants and bool((_numbers(constants[name]) > 0).all())


def _numbers(given: Any) -> NDArray[Any]:
    import onnx

    value = onnx.helper.get_attribute_value(given) if isinstance(given, onnx.AttributeProto) else given
    return onnx.numpy_helper.to_array(value) if isinstance(value, onnx.TensorProto) else np.asarray(value)
