"""How does a network with depthwise convolutions stay in integers of 8 bits from end to end, and keep its decisions?

Activations are uint8 with ranges of least squared error on photos, weights int8 for each channel, biases int32; a clip
at 0 and 6 becomes the edge of a range. Three things were measured to matter (lessons): the first layers keep float,
since what is lost there is amplified; weights are rounded for the layer's answers (`int8_rounding`); and the scale
of a channel whose weights are nearly zero is raised until its bias fits 32 bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.runtimes.int8_rounding import input_moments, rounded, rounded_for
from vizcore.runtimes.onnx_surgery import attribute, copied, copy_of, drop_unused, session_with, users_of

FLOAT_FIRST = 5  # convolutions: the stem, the first depthwise block and the widening into the second
KINDS = ("Conv", "Add", "GlobalAveragePool")
CLIPS = ("Clip", "Relu")
BATCH = 8  # pictures at once
DRAWN, PLACES = 500, 32  # numbers of each tensor, and inputs of each layer, from each picture
SHARES = np.linspace(0.5, 1.0, 9)  # of the measured range, tried for each tensor
LEVELS, LARGEST_BIAS = 255, 2.0**30


@dataclass(frozen=True, eq=False)
class _Plan:
    """nodes: to be quantised. tensors: their inputs and outputs. clips: what the edges of a range replace. heads:
    linear layers, of which the weights alone become INT8: they take no time, and decisions hang on them."""

    nodes: list[Any]
    tensors: list[str]
    clips: list[Any]
    heads: list[Any]

    @property
    def convolutions(self) -> list[Any]:
        return [node for node in self.nodes if node.op_type == "Conv"]

    @property
    def layers(self) -> list[Any]:
        """All that have weights to round."""
        return [*self.convolutions, *self.heads]


@dataclass(eq=False)
class _Measured:
    values: dict[str, list[NDArray[np.float32]]] = field(default_factory=dict)
    moments: dict[str, NDArray[np.float64]] = field(default_factory=dict)  # by the layer's output


def stays_in_integers(proto: Any) -> bool:
    """Whether convolutions are only clipped, added and averaged between one another; SiLU would need float."""
    users = users_of(proto)
    layers = [node for node in proto.graph.node if node.op_type == "Conv"]
    following = [user.op_type for node in layers for user in users.get(node.output[0], [])]
    return len(layers) > FLOAT_FIRST and set(following) <= {*KINDS, *CLIPS}


def quantise_static(proto: Any, pictures: Sequence[NDArray[np.float32]], *, float_first: int = FLOAT_FIRST) -> Any:
    """A copy with quantise-dequantise pairs that ONNX Runtime fuses. pictures: (3, H, W), for ranges and moments.

    The float layers stand at the beginning on purpose: between quantised ones, ONNX Runtime would quantise them too,
    with one scale for all channels.
    """
    made = copied(proto)
    plan = _plan(made, float_first)
    seen = _measured(made, plan, pictures)
    grids = {name: grid(np.concatenate(seen.values[name])) for name in plan.tensors}
    before: list[Any] = []
    for node in plan.convolutions:
        _round_layer(made, node, grids[node.input[0]][0], seen.moments[node.output[0]], before)
    for node in plan.heads:
        _round_head(made, node, seen.moments[node.output[0]], before)
    _replace_clips(made, plan)
    _insert_pairs(made, grids, before)
    drop_unused(made)
    return made


def _plan(proto: Any, float_first: int) -> _Plan:
    users, weights = users_of(proto), {each.name for each in proto.graph.initializer}
    layers = [node for node in proto.graph.node if node.op_type == "Conv"]
    floats = {node.output[0] for node in layers[:float_first]}
    nodes, clips, tensors = [], [], {}
    for node in proto.graph.node:
        inputs = node.input if node.op_type == "Add" else node.input[:1]
        if node.op_type not in KINDS or node.output[0] in floats or weights.intersection(inputs):
            continue
        output, after = node.output[0], users.get(node.output[0], [])
        if len(after) == 1 and after[0].op_type in CLIPS:
            clips.append(after[0])
            output = after[0].output[0]
        nodes.append(node)
        tensors.update(dict.fromkeys([*inputs, output]))
    heads = [node for node in proto.graph.node if node.op_type == "Gemm" and attribute(node, "transB", 0)]
    return _Plan(nodes, list(tensors), clips, [node for node in heads if node.input[1] in weights])


def _measured(proto: Any, plan: _Plan, pictures: Sequence[NDArray[np.float32]]) -> _Measured:
    session, wanted = session_with(proto, [*plan.tensors, *(node.input[0] for node in plan.layers)])
    shapes = {each.name: tuple(each.dims) for each in proto.graph.initializer}
    rng, found = np.random.default_rng(0), _Measured()
    for start in range(0, len(pictures), BATCH):
        batch = np.stack(pictures[start : start + BATCH])
        seen = session.run_some(wanted, batch) | {session.input: batch}
        for name in plan.tensors:
            flat = seen[name].ravel()
            drawn = flat[rng.integers(0, flat.size, DRAWN * len(batch))]
            found.values.setdefault(name, []).append(np.append(drawn, [flat.min(), flat.max()]))
        for node in plan.layers:
            kernel, groups = (shapes[node.input[1]] + (1, 1))[2:4], attribute(node, "group", 1)
            each = input_moments(seen[node.input[0]], (kernel[0], kernel[1]), groups, rng, PLACES)
            found.moments[node.output[0]] = found.moments.get(node.output[0], np.zeros(1)) + each
    return found


def grid(values: NDArray[np.float32]) -> tuple[np.float32, np.uint8]:
    """Scale and zero point of uint8 with the least squared error on these numbers; zero is always a level."""
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 1e-6)
    least, best = np.inf, (np.float32(1), np.uint8(0))
    for below in SHARES if low < 0 else (1.0,):
        for above in SHARES:
            scale = np.float32((above * high - below * low) / LEVELS)
            zero = np.clip(np.round(-below * low / scale), 0, LEVELS)
            shown = (np.clip(np.round(values / scale) + zero, 0, LEVELS) - zero) * scale
            error = float(((shown - values) ** 2).mean())
            if error < least:
                least, best = error, (scale, np.uint8(zero))
    return best


def _round_layer(
    proto: Any, node: Any, input_scale: np.float32, moments: NDArray[np.float64], before: list[Any]
) -> None:
    """Weights and bias of one convolution as integers behind DequantizeLinear nodes, which go into `before`."""
    from onnx import numpy_helper

    known = {each.name: each for each in proto.graph.initializer}
    weights = numpy_helper.to_array(known[node.input[1]])
    rows = weights.reshape(len(weights), -1)
    has_bias = len(node.input) > 2 and bool(node.input[2])
    bias = numpy_helper.to_array(known[node.input[2]]) if has_bias else np.zeros(len(rows), np.float32)
    scale = np.maximum(rounded(rows)[1], np.abs(bias) / input_scale / LARGEST_BIAS).astype(np.float32)
    integers = rounded_for(rows, scale, moments).reshape(weights.shape)
    bias_scale = (scale * input_scale).astype(np.float32)
    bias_integers = np.round(bias / bias_scale.astype(np.float64)).astype(np.int32)
    name = node.output[0]
    names = [
        _dequantised(proto, f"{name}_weight", integers, scale, before),
        _dequantised(proto, f"{name}_bias", bias_integers, bias_scale, before),
    ]
    inputs = [node.input[0], *names]
    del node.input[:]
    node.input.extend(inputs)


def _round_head(proto: Any, node: Any, moments: NDArray[np.float64], before: list[Any]) -> None:
    """A linear layer's weights as integers times scale, which ONNX Runtime multiplies out once, when it loads."""
    from onnx import TensorProto, helper, numpy_helper

    rows = next(numpy_helper.to_array(each) for each in proto.graph.initializer if each.name == node.input[1])
    scale = rounded(rows)[1]
    name = node.output[0]
    parts: tuple[NDArray[Any], ...] = (rounded_for(rows, scale, moments), scale[:, None])
    names = [f"{name}_weight_int", f"{name}_weight_scale"]
    proto.graph.initializer.extend(numpy_helper.from_array(part, each) for part, each in zip(parts, names, strict=True))
    before.append(helper.make_node("Cast", names[:1], [f"{name}_weight_cast"], to=TensorProto.FLOAT))
    before.append(helper.make_node("Mul", [f"{name}_weight_cast", names[1]], [f"{name}_weight_float"]))
    node.input[1] = f"{name}_weight_float"


def _dequantised(proto: Any, name: str, integers: NDArray[Any], scale: NDArray[np.float32], before: list[Any]) -> str:
    """The name of the tensor of integers times scale, along the first axis."""
    from onnx import helper, numpy_helper

    parts = (integers, scale, np.zeros(len(scale), integers.dtype))
    names = [f"{name}_{part}" for part in ("int", "scale", "zero")]
    proto.graph.initializer.extend(numpy_helper.from_array(part, each) for part, each in zip(parts, names, strict=True))
    before.append(helper.make_node("DequantizeLinear", names, [f"{name}_float"], axis=0))
    return f"{name}_float"


def _replace_clips(proto: Any, plan: _Plan) -> None:
    """A range that begins at 0 clips by itself: the layer writes the clip's output, the clip goes."""
    outputs = {clip.input[0]: clip.output[0] for clip in plan.clips}
    for node in plan.nodes:
        node.output[0] = outputs.get(node.output[0], node.output[0])
    for clip in plan.clips:
        proto.graph.node.remove(clip)


def _insert_pairs(proto: Any, grids: dict[str, tuple[np.float32, np.uint8]], before: Sequence[Any]) -> None:
    """Every user of a quantised tensor reads it after its pair; the pair stands where the tensor is made."""
    from onnx import helper, numpy_helper

    pairs: dict[str, list[Any]] = {}
    for name, (scale, zero) in grids.items():
        names = [f"{name}_scale", f"{name}_zero"]
        parts: tuple[NDArray[Any], ...] = (np.asarray(scale), np.asarray(zero))
        proto.graph.initializer.extend(
            numpy_helper.from_array(part, each) for part, each in zip(parts, names, strict=True)
        )
        pairs[name] = [
            helper.make_node("QuantizeLinear", [name, *names], [f"{name}_uint8"]),
            helper.make_node("DequantizeLinear", [f"{name}_uint8", *names], [f"{name}_shown"]),
        ]
    nodes = [copy_of(node) for node in proto.graph.node]
    made = {name for node in nodes for name in node.output}
    ordered = [*before, *(each for name, pair in pairs.items() if name not in made for each in pair)]
    for node in nodes:
        for place, name in enumerate(node.input):
            node.input[place] = f"{name}_shown" if name in pairs else name
        ordered += [node, *(each for name in node.output for each in pairs.get(name, []))]
    del proto.graph.node[:]
    proto.graph.node.extend(ordered)
