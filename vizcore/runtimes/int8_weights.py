"""How does a network with depthwise convolutions, or a detector, keep its decisions with weights of 8 bits?

Only the weights become INT8, for each output channel; activations stay in float. Three means, each measured (lessons):
the smallest layers together keep float (stem, depthwise, heads: a tenth of the weights, most of the harm), each
channel's scale is the one with the least squared error, and what rounding moves on average is taken back from the bias
(bias correction, Nagel et al. 2019, section 4.2, with means from photos). ONNX Runtime multiplies the weights out once,
when it loads the file: a quarter of the size, the speed of float.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.runtimes.int8_rounding import LARGEST_ALONE, rounded
from vizcore.runtimes.onnx_surgery import attribute, copied, drop_unused, session_with

MEANS_OF = 24  # photos


@dataclass(frozen=True, eq=False)
class _Layer:
    """node: Conv, Gemm or MatMul with fixed weights. axis: of the output channels."""

    node: Any
    weights: NDArray[np.float32]
    axis: int

    @property
    def name(self) -> str:
        return str(self.node.input[1])


def has_depthwise(proto: Any) -> bool:
    """Whether any convolution works on groups of channels."""
    return any(node.op_type == "Conv" and attribute(node, "group", 1) > 1 for node in proto.graph.node)


def quantise_weights(
    proto: Any, kinds: Sequence[str], pictures: Sequence[NDArray[np.float32]], *, float_share: float
) -> Any:
    """A copy of an ONNX model with INT8 weights. kinds: of operators. pictures: (3, H, W), for the means.

    float_share: the smallest layers, up to this share of all weights together, stay as they are.
    """
    import onnx

    made = copied(proto)
    layers = _layers(made, kinds)
    kept = _smallest(layers, float_share)
    chosen = [layer for layer in layers if layer.name not in kept]
    means = _input_means(made, chosen, pictures[:MEANS_OF])
    biases = {each.name: onnx.numpy_helper.to_array(each) for each in made.graph.initializer}
    errors: dict[str, NDArray[np.float32]] = {}
    nodes: list[Any] = []
    for place, layer in enumerate(chosen):
        name = f"{layer.name}_{layer.axis}"
        if name not in errors:
            errors[name] = _add_rounded(made, layer, name, nodes)
        layer.node.input[1] = f"{name}_float"
        _correct_bias(made, layer, errors[name], means, biases, place)
    for place, node in enumerate(nodes):
        made.graph.node.insert(place, node)
    drop_unused(made)
    return made


def _layers(proto: Any, kinds: Sequence[str]) -> list[_Layer]:
    from onnx import TensorProto, numpy_helper

    fixed = {each.name: each for each in proto.graph.initializer if each.data_type == TensorProto.FLOAT}
    found = []
    for node in proto.graph.node:
        if node.op_type in kinds and len(node.input) > 1 and node.input[1] in fixed:
            weights = numpy_helper.to_array(fixed[node.input[1]])
            first = node.op_type == "Conv" or bool(attribute(node, "transB", 0))
            found.append(_Layer(node, weights, 0 if first else weights.ndim - 1))
    return found


def _smallest(layers: Sequence[_Layer], share: float) -> set[str]:
    """Names of the weights that stay in float."""
    sizes = {layer.name: layer.weights.size for layer in layers}
    room, kept = share * sum(sizes.values()), set()
    for name, size in sorted(sizes.items(), key=lambda row: row[1]):
        room -= size
        if room < 0:
            break
        kept.add(name)
    return kept


def _add_rounded(proto: Any, layer: _Layer, name: str, nodes: list[Any]) -> NDArray[np.float32]:
    """Adds integers, scales and the two nodes that multiply them; returns what rounding added to the weights."""
    from onnx import TensorProto, helper, numpy_helper

    rows = np.moveaxis(layer.weights, layer.axis, 0)
    integers, scales = rounded(rows.reshape(len(rows), -1), LARGEST_ALONE)
    packed = np.ascontiguousarray(np.moveaxis(integers.reshape(rows.shape), 0, layer.axis))
    shape = [1] * layer.weights.ndim
    shape[layer.axis] = -1
    proto.graph.initializer.append(numpy_helper.from_array(packed, f"{name}_int8"))
    proto.graph.initializer.append(numpy_helper.from_array(scales.reshape(shape), f"{name}_scale"))
    nodes.append(helper.make_node("Cast", [f"{name}_int8"], [f"{name}_cast"], to=TensorProto.FLOAT))
    nodes.append(helper.make_node("Mul", [f"{name}_cast", f"{name}_scale"], [f"{name}_float"]))
    return np.asarray(packed.astype(np.float32) * scales.reshape(shape) - layer.weights, np.float32)


def _input_means(
    proto: Any, layers: Sequence[_Layer], pictures: Sequence[NDArray[np.float32]]
) -> dict[str, NDArray[np.float64]]:
    """{tensor: (channels,)}: mean of each layer's input over positions and pictures."""
    session, wanted = session_with(proto, [layer.node.input[0] for layer in layers])
    if not wanted or not pictures:
        return {}
    sums = dict.fromkeys(wanted, np.zeros(1))
    for picture in pictures:
        for name, values in session.run_some(wanted, picture[None]).items():
            axes = (0, 2, 3) if values.ndim == 4 else tuple(range(values.ndim - 1))
            sums[name] = sums[name] + values.mean(axis=axes, dtype=np.float64)
    return {name: total / len(pictures) for name, total in sums.items()}


def _correct_bias(
    proto: Any,
    layer: _Layer,
    error: NDArray[np.float32],
    means: Mapping[str, NDArray[np.float64]],
    biases: Mapping[str, NDArray[Any]],
    place: int,
) -> None:
    """Takes the mean of what rounding adds to the output from the layer's bias, where it has one of its own."""
    from onnx import numpy_helper

    mean = means.get(layer.node.input[0])
    found = _bias_of(proto, layer, biases)
    if mean is None or found is None or attribute(layer.node, "group", 1) > 1:
        return
    node, index = found
    if layer.node.op_type == "Conv":
        shift = error.sum(axis=tuple(range(2, error.ndim))) @ mean
    else:
        shift = (error if layer.axis == 0 else error.T) @ mean
    bias = biases[node.input[index]]
    if bias.shape != shift.shape:
        return
    name = f"{node.input[index]}_corrected_{place}"
    proto.graph.initializer.append(numpy_helper.from_array((bias - shift).astype(np.float32), name))
    node.input[index] = name


def _bias_of(proto: Any, layer: _Layer, biases: Mapping[str, NDArray[Any]]) -> tuple[Any, int] | None:
    """(node, place among its inputs) of the bias: the layer's third input, or a following Add's fixed summand."""
    node = layer.node
    if len(node.input) > 2 and node.input[2] in biases:
        return node, 2
    users = [each for each in proto.graph.node if node.output[0] in each.input]
    if node.op_type != "MatMul" or len(users) != 1 or users[0].op_type != "Add":
        return None
    return next(((users[0], index) for index, name in enumerate(users[0].input) if name in biases), None)
