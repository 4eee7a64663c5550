"""Which tensor of an ONNX classifier stands for the picture: what its last matrix product, the head, is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

AFTER_THE_HEAD = {"Softmax", "LogSoftmax", "Sigmoid", "Identity", "Flatten", "Reshape", "Squeeze", "Dropout"}
WIDTHS = range(2, 25_001)


def show_vector(proto: Any, shapes: Mapping[str, tuple[int, ...] | None]) -> str:
    """The tensor's name, which becomes the graph's second output; "" where the graph shows none.

    shapes: of the float tensors, by name. Walks back from the scores over what only rearranges or squashes them; a
    vector is one row (1, D) that the last Gemm or MatMul multiplies by numbers of the file.
    """
    import onnx

    graph = proto.graph
    name = vector_before_head(graph)
    shape = shapes.get(name)
    if shape is None or len(shape) != 2 or shape[0] != 1 or shape[1] not in WIDTHS:
        return ""
    graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape))
    return name


def vector_before_head(graph: Any) -> str:
    """By the graph's shape alone; "" where the scores are made in another way."""
    makers = {name: node for node in graph.node for name in node.output}
    constants = {each.name for each in graph.initializer}
    constants |= {name for node in graph.node if node.op_type == "Constant" for name in node.output}
    node = makers.get(graph.output[0].name)
    while node is not None:
        moving = [name for name in node.input if name not in constants]
        if node.op_type in {"Gemm", "MatMul"}:
            return moving[0] if moving == [node.input[0]] else ""
        if len(moving) != 1 or node.op_type not in AFTER_THE_HEAD | {"Add"}:
            return ""
        node = makers.get(moving[0])
    return ""
