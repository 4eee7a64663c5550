"""Small surgery on ONNX graphs: attributes, more outputs, unused parts, and paddings that became numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.errors import LibraryMissing
from vizcore.runtimes.onnx_session import OnnxSession


def attribute(node: Any, name: str, default: int) -> int:
    """A node's whole number of this name."""
    return next((int(each.i) for each in node.attribute if each.name == name), default)


def copied(proto: Any) -> Any:
    """A copy that may be changed."""
    import onnx

    made = onnx.ModelProto()
    made.CopyFrom(proto)
    return made


def users_of(proto: Any) -> dict[str, list[Any]]:
    """{tensor: nodes that read it}."""
    found: dict[str, list[Any]] = {}
    for node in proto.graph.node:
        for name in node.input:
            found.setdefault(name, []).append(node)
    return found


def session_with(proto: Any, names: Sequence[str]) -> tuple[OnnxSession, list[str]]:
    """A session that also gives these tensors, and those of the names that a node makes (inputs are known anyway)."""
    import onnx

    opened = copied(proto)
    made = {name for node in proto.graph.node for name in node.output}
    wanted, shown = sorted(set(names) & made), {each.name for each in proto.graph.output}
    opened.graph.output.extend(onnx.ValueInfoProto(name=name) for name in wanted if name not in shown)
    return OnnxSession(opened.SerializeToString(), threads=1), wanted


def drop_unused(proto: Any) -> None:
    """Takes away nodes and weights that no output needs."""
    needed, kept = {each.name for each in proto.graph.output}, []
    for node in reversed(proto.graph.node):
        if needed.intersection(node.output):
            kept.append(node)
            needed.update(_read_by(node))
    weights = [each for each in proto.graph.initializer if each.name in needed]
    nodes = [copy_of(node) for node in reversed(kept)]
    del proto.graph.node[:]
    del proto.graph.initializer[:]
    proto.graph.node.extend(nodes)
    proto.graph.initializer.extend(weights)


def _read_by(node: Any) -> set[str]:
    """Names that a node reads, in branches and loops within it too."""
    inner = [each for found in node.attribute if found.HasField("g") for each in found.g.node]
    outputs = {each.name for found in node.attribute if found.HasField("g") for each in found.g.output}
    return set(node.input).union(outputs, *(_read_by(each) for each in inner))


def copy_of(node: Any) -> Any:
    """A node that outlives the list it stood in."""
    import onnx

    made = onnx.NodeProto()
    made.CopyFrom(node)
    return made


def fold_sizes(proto: Any, pixels: NDArray[np.float32]) -> Any:
    """A graph for one size of picture and any batch, with numbers where the tracer wrote out how they come from sizes.

    An exported transformer has hundreds of such nodes, a network that pads as TensorFlow does dozens, and they cost
    time in every call. What is computed from shapes alone is evaluated for two batches: equal values become constants;
    a shape in which only one number follows the batch gets -1 there. pixels (B, 3, H, W) of that size, B > 1.
    Unchanged without onnxruntime.
    """
    from onnx import numpy_helper

    names = sorted(_from_sizes(proto))
    if not names:
        return proto
    try:
        session, wanted = session_with(proto, names)
    except LibraryMissing:
        return proto
    first, second = (session.run_some(wanted, each) for each in (pixels, np.concatenate([pixels, pixels[:1]])))
    made = copied(proto)
    users = users_of(made)
    for name in wanted:
        kinds = {node.op_type for node in users[name]}
        found = _fixed(first[name], second[name], as_shape=kinds == {"Reshape"})
        if found is not None:
            constant = f"{name}_fixed"
            made.graph.initializer.append(numpy_helper.from_array(found, constant))
            for node in users[name]:
                for place, each in enumerate(node.input):
                    node.input[place] = constant if each == name else each
    drop_unused(made)
    return made


def _from_sizes(proto: Any) -> set[str]:
    """Tensors that come from shapes and constants alone, and that something else reads."""
    sizes: set[str] = set()
    fixed = {each.name for each in proto.graph.initializer} | {""}
    others = []
    for node in proto.graph.node:
        if node.op_type == "Constant":
            fixed.update(node.output)
        elif node.op_type == "Shape" or (sizes.intersection(node.input) and fixed.union(sizes).issuperset(node.input)):
            sizes.update(node.output)
        else:
            others.append(node)
    return {name for node in others for name in node.input if name in sizes}


def _fixed(first: NDArray[Any], second: NDArray[Any], *, as_shape: bool) -> NDArray[Any] | None:
    """The value for every batch; None where there is none."""
    if first.shape != second.shape:
        return None
    differs = first != second
    if not differs.any():
        return first
    if not as_shape or differs.sum() > 1 or (first <= 0).any():
        return None
    return np.where(differs, -1, first).astype(first.dtype)
