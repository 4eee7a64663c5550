"""How does a model become an ONNX file that says for itself what it is?

The legacy exporter (`dynamo=False`) is used on purpose: the other one cannot take transformers' RT-DETR with a batch of
any size, and needs minutes where this one needs seconds (measured with torch 2.14.1).
"""

from __future__ import annotations

import io
import json
import threading
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import torch

from vizcore.errors import ExportFailed, LibraryMissing
from vizcore.provenance import versions
from vizcore.runtimes.graphs import ClassifierGraph, example_pixels, graph_of, size_varies
from vizcore.runtimes.onnx_surgery import fold_sizes

OPSET = 17
BATCH = 2  # a batch of one would be baked in
INPUT = "pixels"
_exporting = threading.Lock()  # torch's exporter keeps what it is about in variables of the whole process


@dataclass(frozen=True)
class OnnxModel:
    """data: the file. outputs: names in order. nodes: how many operators of each kind."""

    data: bytes
    outputs: tuple[str, ...]
    opset: int
    nodes: dict[str, int]

    @property
    def size_mb(self) -> float:
        return len(self.data) / 1e6


def export_onnx(model: Any) -> OnnxModel:
    """The model's graph with labels, preprocessing and hash in its metadata, checked by `onnx.checker`.

    Errors: ModelCannot; ExportFailed names the operator; LibraryMissing without onnx.
    """
    graph = graph_of(model)
    given = (example_pixels(model, BATCH),)
    found = write_onnx(model, graph, given, (INPUT,), graph.outputs, _free_sizes(model, graph))
    return found if size_varies(model) else _folded(found, given[0])


def _folded(found: OnnxModel, pixels: torch.Tensor) -> OnnxModel:
    """The same file with numbers where the tracer wrote out how they come from a size that is fixed."""
    onnx = import_onnx("")
    proto = fold_sizes(onnx.load_model_from_string(found.data), pixels.cpu().numpy())
    onnx.checker.check_model(proto)
    return replace(found, data=proto.SerializeToString(), nodes=count_nodes(proto))


def write_onnx(
    model: Any,
    graph: torch.nn.Module,
    given: tuple[torch.Tensor, ...],
    inputs: Sequence[str],
    outputs: Sequence[str],
    free: Mapping[str, Mapping[int, str]],
) -> OnnxModel:
    """Any graph of a model, traced with the given tensors. free: {input or output: {dimension: name}} of any size.

    Errors: ExportFailed names the operator; LibraryMissing without onnx.
    """
    onnx, exporter = import_onnx(model.card.key), cast(Any, torch.onnx)
    stream = io.BytesIO()
    try:
        with _exporting, warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            exporter.export(
                graph,
                given,
                stream,
                dynamo=False,
                opset_version=OPSET,
                input_names=list(inputs),
                output_names=list(outputs),
                dynamic_axes={name: dict(each) for name, each in free.items()},
            )
    except Exception as problem:  # a border: the exporter raises whatever a model's code raises under it
        raise ExportFailed(model=model.card.key, operator=operator_named(problem)) from problem
    proto = onnx.load_model_from_string(stream.getvalue())
    describe(proto, model, outputs)
    onnx.checker.check_model(proto)
    return OnnxModel(proto.SerializeToString(), tuple(outputs), OPSET, count_nodes(proto))


def _free_sizes(model: Any, graph: ClassifierGraph) -> dict[str, dict[int, str]]:
    """The batch, and the sides of the picture where they follow the photo's (Ultralytics' rectangles)."""
    free = {name: {0: "batch"} for name in (INPUT, *graph.outputs)}
    if size_varies(model):
        free[INPUT] |= {2: "height", 3: "width"}
        for name in graph.outputs:
            free[name][1] = "candidates"
    return free


def import_onnx(model: str) -> Any:
    """The library, or LibraryMissing."""
    try:
        import onnx
    except ImportError:
        raise LibraryMissing(library="onnx", model=model) from None
    return onnx


def operator_named(problem: BaseException) -> str:
    """What the exporter could not express: "aten::grid_sampler_3d"; the error's kind where it names nothing."""
    import re

    found = re.search(r"(?:aten|prim|torchvision|quantized)::\w+", str(problem))
    return found.group(0) if found else type(problem).__name__


def describe(proto: Any, model: Any, outputs: Sequence[str]) -> None:
    """Writes what a user of the file must know into its metadata."""
    recipe = getattr(model, "recipe", None)
    known = {
        "vizcore_model": model.card.key,
        "vizcore_title": model.card.title,
        "vizcore_task": model.card.task,
        "vizcore_weights_sha256": model.weights_sha256,
        "vizcore_labels": json.dumps(list(getattr(model, "labels", ()))),
        "vizcore_input": "RGB float32 in [0, 1], B x 3 x H x W; mean and deviation are inside the graph",
        "vizcore_preprocessing": json.dumps(recipe_values(recipe) if recipe else {"name": model.card.recipe}),
        "vizcore_outputs": ", ".join(outputs),
        "vizcore_licence": model.card.licences.weights,
        "vizcore_versions": json.dumps(versions()),
    }
    del proto.metadata_props[:]
    for name, value in known.items():
        entry = proto.metadata_props.add()
        entry.key, entry.value = name, value


def recipe_values(recipe: Any) -> dict[str, Any]:
    """The recipe's fields in JSON types."""
    from dataclasses import asdict

    return asdict(recipe)


def count_nodes(proto: Any) -> dict[str, int]:
    """Operators by kind, the most frequent first."""
    from collections import Counter

    return dict(Counter(node.op_type for node in proto.graph.node).most_common())


def with_nms(found: OnnxModel, *, iou: float = 0.7, score: float = 0.25, limit: int = 300) -> OnnxModel:
    """A detector's file with ONNX's NonMaxSuppression behind its head: one more output, `selected` (n, 3).

    Each row is (picture, class, box); boxes and scores stay as they are. ValueError for a file without boxes.
    """
    if found.outputs[:2] != ("boxes", "scores"):
        raise ValueError(f"expected outputs boxes and scores, got {found.outputs}")
    import onnx
    from onnx import TensorProto, helper

    proto = onnx.load_model_from_string(found.data)
    constants = (("nms_limit", TensorProto.INT64, limit), ("nms_iou", TensorProto.FLOAT, iou),
                 ("nms_score", TensorProto.FLOAT, score))  # fmt: skip
    for name, kind, value in constants:
        proto.graph.initializer.append(helper.make_tensor(name, kind, [1], [value]))
    proto.graph.node.append(helper.make_node("Transpose", ["scores"], ["scores_by_class"], perm=[0, 2, 1]))
    inputs = ["boxes", "scores_by_class", *(name for name, _kind, _value in constants)]
    proto.graph.node.append(helper.make_node("NonMaxSuppression", inputs, ["selected"]))
    proto.graph.output.append(helper.make_tensor_value_info("selected", TensorProto.INT64, ["found", 3]))
    onnx.checker.check_model(proto)
    return OnnxModel(proto.SerializeToString(), (*found.outputs, "selected"), found.opset, count_nodes(proto))
