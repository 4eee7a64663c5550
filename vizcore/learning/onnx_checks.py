"""Is an ONNX file one that ONNX Runtime may be given? Looked at as data, before any native code loads it as a network.

Taken is one graph of ONNX's own operators, all its numbers inside the file, from one RGB picture to one row of scores.
Everything that could read other files, run other code, or grow without a bound that is known beforehand is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

from vizcore.errors import OnnxRefused
from vizcore.learning.onnx_faults import faulty_operator
from vizcore.learning.onnx_vector import show_vector
from vizcore.learning.taught import LIMIT_MB

OWN_DOMAINS = ("", "ai.onnx")
OPSETS = range(7, 24)  # what the ONNX Runtime of requirements.txt runs
MOST_NODES = 5000
MOST_VALUES = 64_000_000  # numbers in one tensor: 256 MB
MOST_VALUES_ALL = 1_000_000_000  # of all layers for one picture
SIDES = range(16, 1025)
MOST_CLASSES = 25_000
CHANCE = {"RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli"}
OTHER = {"ImageDecoder", "StringNormalizer", "StringConcat", "StringSplit", "RegexFullMatch", "TfIdfVectorizer"}
RECURRENT = {"RNN", "GRU", "LSTM"}  # ONNX Runtime ends the process where they are given nothing
GROWING = {"ConstantOfShape", "Expand", "Tile", "Range", "Resize", "Upsample", "Pad", "OneHot"}


@dataclass(frozen=True)
class CheckedOnnx:
    """data: the file with its input fixed to one picture of side x side pixels. parameters: numbers learnt.

    vector: the name of its second output, the vector before the head; "" where the graph shows none.
    """

    data: bytes
    side: int
    parameters: int
    vector: str = ""


def checked_onnx(data: bytes, side: int) -> CheckedOnnx:
    """side: pixels where the file leaves it open. Errors: OnnxRefused with the reason and what was found."""
    if len(data) > LIMIT_MB * 1e6:
        raise OnnxRefused(reason="large", found=round(len(data) / 1e6), limit=LIMIT_MB)
    proto = _parsed(data)
    _check_parts(proto)
    side = _fix_input(proto.graph, side)
    _check_whole(proto)
    vector = show_vector(proto, _check_shapes(proto))
    parameters = sum(prod(each.dims) for each in proto.graph.initializer)
    return CheckedOnnx(proto.SerializeToString(), side, parameters, vector)


def _parsed(data: bytes) -> Any:
    import onnx
    from google.protobuf.message import DecodeError

    try:
        proto = onnx.load_model_from_string(data)
    except (DecodeError, ValueError, RecursionError):
        raise OnnxRefused(reason="format", found="", limit=0) from None
    if not proto.graph.node:
        raise OnnxRefused(reason="format", found="", limit=0)
    return proto


def _check_parts(proto: Any) -> None:
    """Operators, versions, and where the numbers are."""
    graph = proto.graph
    if len(graph.node) > MOST_NODES:
        raise OnnxRefused(reason="nodes", found=len(graph.node), limit=MOST_NODES)
    if any(each.data_location == each.EXTERNAL or each.external_data for each in _tensors(graph)):
        raise OnnxRefused(reason="external", found="", limit=0)
    foreign = [each.domain for each in (*proto.opset_import, *graph.node) if each.domain not in OWN_DOMAINS]
    if foreign:
        raise OnnxRefused(reason="domain", found=foreign[0][:60], limit=0)
    versions = [each.version for each in proto.opset_import]
    if len(versions) != 1 or versions[0] not in OPSETS:
        raise OnnxRefused(reason="opset", found=versions[0] if versions else 0, limit=OPSETS[-1])
    refused = [node.op_type for node in graph.node if _refused(node)]
    if refused or proto.functions or proto.training_info or graph.sparse_initializer:
        raise OnnxRefused(reason="operator", found=(refused or ["function"])[0][:60], limit=0)


def _tensors(graph: Any) -> Iterator[Any]:
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            yield attribute.t
            yield from attribute.tensors


def _refused(node: Any) -> bool:
    """Chance, text, files, sequences, and operators that hold graphs (If, Loop, Scan)."""
    inner = any(each.HasField("g") or each.graphs or each.sparse_tensors for each in node.attribute)
    return inner or node.op_type in CHANCE | OTHER | RECURRENT


def _fix_input(graph: Any, side: int) -> int:
    """Sets the only input to (1, 3, side, side); the file's own side where it has one."""
    import onnx

    numbers = {each.name for each in graph.initializer}
    inputs = [each for each in graph.input if each.name not in numbers]
    if len(inputs) != 1:
        raise OnnxRefused(reason="input", found=len(inputs), limit=0)
    kind = inputs[0].type.tensor_type
    sizes = [each.dim_value for each in kind.shape.dim]
    if kind.elem_type != onnx.TensorProto.FLOAT or len(sizes) != 4:
        raise OnnxRefused(reason="input", found=f"{len(sizes)}D", limit=0)
    side = sizes[2] or sizes[3] or side
    wanted = (1, 3, side, side)
    if side not in SIDES or any(each and each != want for each, want in zip(sizes[1:], wanted[1:], strict=True)):
        raise OnnxRefused(reason="input", found=" × ".join(str(each or "?") for each in sizes), limit=0)
    if sizes[0] > 1:
        raise OnnxRefused(reason="input", found=" × ".join(str(each or "?") for each in sizes), limit=0)
    for place, size in zip(kind.shape.dim, wanted, strict=True):
        place.dim_value = size
    return side


def _check_whole(proto: Any) -> None:
    """What onnx's own checker says of it."""
    import onnx

    try:
        onnx.checker.check_model(proto)
    except (onnx.checker.ValidationError, ValueError, RuntimeError):
        raise OnnxRefused(reason="format", found="", limit=0) from None


def _check_shapes(proto: Any) -> dict[str, tuple[int, ...] | None]:
    """Follows the shapes from the input on: what each layer will hold is known and bounded, the end is one row.

    Returns those of the float tensors.
    """
    import onnx

    del proto.graph.value_info[:]  # what the file claims of them
    end = [each.name for each in proto.graph.output]
    if len(end) != 1:
        raise OnnxRefused(reason="output", found=len(end), limit=MOST_CLASSES)
    claimed = proto.graph.output[0].type.tensor_type
    if claimed.elem_type != onnx.TensorProto.FLOAT:
        raise OnnxRefused(reason="output", found="", limit=MOST_CLASSES)
    claimed.ClearField("shape")
    try:
        graph = onnx.shape_inference.infer_shapes(proto, check_type=True, strict_mode=True, data_prop=True).graph
    except (onnx.shape_inference.InferenceError, ValueError, RuntimeError):
        raise OnnxRefused(reason="shapes", found="", limit=0) from None
    shapes = {each.name: _shape(each) for each in (*graph.value_info, *graph.output)}
    growing = {name: node.op_type for node in graph.node if node.op_type in GROWING for name in node.output}
    unknown = [kind for name, kind in growing.items() if name and shapes.get(name) is None]
    if operator := next(iter(unknown), "") or faulty_operator(graph, shapes):
        raise OnnxRefused(reason="operator", found=operator, limit=0)
    counts = [prod(each) for each in shapes.values() if each is not None]
    if max(counts, default=0) > MOST_VALUES or sum(counts) > MOST_VALUES_ALL:
        raise OnnxRefused(reason="memory", found=max(counts) // 1_000_000, limit=MOST_VALUES // 1_000_000)
    _check_end(shapes[end[0]])
    floats = (each.name for each in graph.value_info if each.type.tensor_type.elem_type == onnx.TensorProto.FLOAT)
    return {name: shapes[name] for name in floats}


def _check_end(shape: tuple[int, ...] | None) -> None:
    if shape is None or len(shape) != 2 or shape[0] != 1 or not 2 <= shape[1] <= MOST_CLASSES:
        found = " × ".join(map(str, shape)) if shape is not None else "?"
        raise OnnxRefused(reason="output", found=found, limit=MOST_CLASSES)


def _shape(value: Any) -> tuple[int, ...] | None:
    """None where it, or one of its sides, is unknown."""
    kind = value.type.tensor_type
    sizes = [each.dim_value if each.HasField("dim_value") else -1 for each in kind.shape.dim]
    return None if not kind.HasField("shape") or min(sizes, default=0) < 0 else tuple(sizes)
