"""A trained model as one file that is read without running code: safetensors, whose header says everything else.

The header's `vizcore` holds JSON: schema, method, backbone and the hash of its weights, labels, preprocessing, the
split (hashes of photos), the test report, the threshold for "unknown", provenance. `linear`: `weight`, `bias` of the
head. `knn`: `vectors`, `classes` of the training photos. `lora`: head and adapter (see `lora.LoraAdapter.state`).
`finetune`, `scratch`: the whole network under its library's names. Probes also carry `test.vectors`, `test.classes`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vizcore.errors import TaughtFileInvalid
from vizcore.learning.heads import LinearHead, neighbour_shares, softmax
from vizcore.learning.judged import Taught
from vizcore.metrics.proportion import wilson_interval
from vizcore.preprocessing.recipes import RECIPES
from vizcore.results import FloatArray, to_plain

SCHEMA = "vizcore-taught/1"
HEADER_KEY = "vizcore"
LIMIT_MB = 600
METHODS = ("knn", "linear", "finetune", "lora", "scratch")
NEEDED = ("schema", "method", "backbone", "backbone_sha256", "labels", "preprocessing", "report")
TEST = "test."


@dataclass(frozen=True, eq=False)
class TaughtModel:
    """record: the header's JSON as read. tensors: by name, float32."""

    record: Mapping[str, Any]
    tensors: Mapping[str, FloatArray]
    sha256: str = ""

    @property
    def method(self) -> str:
        return str(self.record["method"])

    @property
    def backbone(self) -> str:
        return str(self.record["backbone"])

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(self.record["labels"])

    @property
    def on_vectors(self) -> bool:
        """Whether it answers from the backbone's vectors alone."""
        return self.method in {"knn", "linear"}

    def probabilities(self, vectors: FloatArray) -> FloatArray:
        """vectors (n, D) of the backbone -> (n, C); only for a method on vectors."""
        if self.method == "linear":
            return softmax(LinearHead(self.tensors["weight"], self.tensors["bias"]).logits(vectors))
        classes = self.tensors["classes"].astype(np.int64)
        neighbours = max(1, int(self.record.get("neighbours", 5)))
        return neighbour_shares(self.tensors["vectors"], classes, len(self.labels), vectors, neighbours)


@dataclass(frozen=True)
class Rescored:
    """asked test photos were answered again, right of them rightly; claimed: the file's own accuracy."""

    asked: int
    right: int
    claimed: float

    @property
    def interval(self) -> tuple[float, float]:
        return wilson_interval(self.right, self.asked)

    @property
    def agrees(self) -> bool:
        """Whether as many were right as the file says."""
        return self.asked > 0 and round(self.claimed * self.asked) == self.right


@dataclass(frozen=True, eq=False)
class Packing:
    """What a Taught does not know: the hashes of the photos of each part, the test photos' vectors where the method is
    on vectors, the card's recipe, and the threshold for "unknown" (0 = none)."""

    weights_sha256: str
    recipe: str
    split: Mapping[str, tuple[str, ...]]
    test_vectors: FloatArray | None = None
    threshold: float = 0.0
    extra: Mapping[str, Any] = field(default_factory=dict)


def pack(taught: Taught, packing: Packing) -> bytes:
    """The file's bytes."""
    from safetensors.numpy import save

    tensors = {name: np.array(each, order="C") for name, each in taught.parameters.items()}
    if packing.test_vectors is not None:
        tensors[f"{TEST}vectors"] = packing.test_vectors.astype(np.float32)
        tensors[f"{TEST}classes"] = taught.truth.astype(np.float32)
    return save(tensors, metadata={HEADER_KEY: json.dumps(record_of(taught, packing), allow_nan=False)})


def record_of(taught: Taught, packing: Packing) -> dict[str, Any]:
    """The header's JSON."""
    recipe = RECIPES[packing.recipe]
    low, high = taught.interval
    record = {
        "schema": SCHEMA,
        "method": taught.method,
        "backbone": taught.backbone,
        "backbone_sha256": packing.weights_sha256,
        "labels": list(taught.labels),
        "preprocessing": {"recipe": packing.recipe, "mean": recipe.mean, "deviation": recipe.deviation},
        "neighbours": taught.provenance.settings.get("neighbours", 0),
        "threshold": packing.threshold,
        "split": packing.split,
        "report": {
            "accuracy": taught.accuracy,
            "interval": [low, high],
            "macro_f1": taught.macro_f1,
            "confusion": taught.confusion,
            "tested": len(taught.truth),
            "counts": taught.counts,
            "seconds": taught.seconds,
        },
        "provenance": taught.provenance,
        **packing.extra,
    }
    plain: dict[str, Any] = to_plain(record)
    return plain


def unpack(data: bytes) -> TaughtModel:
    """A file's bytes -> the model, its tensors checked against its record. Errors: TaughtFileInvalid."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    if len(data) > LIMIT_MB * 1e6:
        raise TaughtFileInvalid(reason="large", detail=str(LIMIT_MB))
    try:
        record = _record(data)
        tensors = {name: each.astype(np.float32) for name, each in load(data).items()}
    except (SafetensorError, ValueError, KeyError, TypeError, OSError, OverflowError, RecursionError):
        raise TaughtFileInvalid(reason="format", detail="") from None
    if missing := [name for name in NEEDED if name not in record]:
        raise TaughtFileInvalid(reason="record", detail=", ".join(missing))
    _check_record(record)
    model = TaughtModel(record, tensors, hashlib.sha256(data).hexdigest())
    _check_tensors(model)
    return model


def rescored(model: TaughtModel) -> Rescored:
    """The test photos' vectors in the file, answered again; nothing is asked where the file has none."""
    claimed = float(model.record["report"]["accuracy"])
    vectors, classes = model.tensors.get(f"{TEST}vectors"), model.tensors.get(f"{TEST}classes")
    if vectors is None or classes is None or not model.on_vectors:
        return Rescored(0, 0, claimed)
    answers = model.probabilities(vectors).argmax(axis=1)
    return Rescored(len(classes), int((answers == classes.astype(np.int64)).sum()), claimed)


def _record(data: bytes) -> dict[str, Any]:
    """The JSON in the header, read without touching a tensor; {} where there is none."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 10 or length > len(data) - 8 or length > 100_000_000:
        raise ValueError("expected a header, got too few bytes")
    header = json.loads(data[8 : 8 + length])
    metadata = header.get("__metadata__", {}) if isinstance(header, dict) else None
    found = json.loads(metadata.get(HEADER_KEY, "{}")) if isinstance(metadata, dict) else None
    if not isinstance(found, dict):
        raise ValueError(f"expected an object, got {type(found).__name__}")
    return found


def _check_record(record: Mapping[str, Any]) -> None:
    from vizcore.learning.bins import FEWEST_CLASSES, MOST_CLASSES, checked_name

    labels, report = record["labels"], record["report"]
    if record["schema"] != SCHEMA or record["method"] not in METHODS:
        raise TaughtFileInvalid(reason="record", detail="schema, method")
    if not isinstance(labels, list) or not FEWEST_CLASSES <= len(labels) <= MOST_CLASSES:
        raise TaughtFileInvalid(reason="record", detail="labels")
    if not all(isinstance(each, str) for each in labels) or len(set(labels)) < len(labels):
        raise TaughtFileInvalid(reason="record", detail="labels")
    for each in labels:
        checked_name(each)
    texts = [record["backbone"], record["backbone_sha256"]]
    accuracy = report.get("accuracy") if isinstance(report, Mapping) else None
    if not all(isinstance(each, str) for each in texts) or not _is_share(accuracy):
        raise TaughtFileInvalid(reason="record", detail="backbone, report")
    neighbours = record.get("neighbours", 0)
    if not _is_share(record.get("threshold", 0.0)) or not isinstance(neighbours, int) or not 0 <= neighbours < 1000:
        raise TaughtFileInvalid(reason="record", detail="threshold, neighbours")


def _is_share(value: object) -> bool:
    return isinstance(value, (int, float)) and 0 <= value <= 1


def _check_tensors(model: TaughtModel) -> None:
    tensors, count = model.tensors, len(model.labels)
    if not tensors or not all(np.isfinite(each).all() for each in tensors.values()):
        raise TaughtFileInvalid(reason="tensors", detail="NaN")
    shapes = {name: tensors[name].shape for name in tensors}
    if model.method == "linear":
        weight, bias = shapes.get("weight", ()), shapes.get("bias", ())
        fits = len(weight) == 2 and weight[0] == count and bias == (count,)
    elif model.method == "knn":
        vectors, classes = shapes.get("vectors", ()), shapes.get("classes", ())
        fits = (
            len(vectors) == 2 and vectors[0] > 0 and classes == vectors[:1] and _are_classes(tensors["classes"], count)
        )
    else:
        fits = True  # the network itself is checked when it is loaded
    if not fits:
        raise TaughtFileInvalid(reason="tensors", detail=str(shapes)[:120])
    if model.on_vectors and f"{TEST}vectors" in shapes:
        width = shapes["weight"][1] if model.method == "linear" else shapes["vectors"][1]
        asked = shapes[f"{TEST}vectors"]
        known = shapes.get(f"{TEST}classes")
        if (
            len(asked) != 2
            or asked[1] != width
            or known != asked[:1]
            or not _are_classes(tensors[f"{TEST}classes"], count)
        ):
            raise TaughtFileInvalid(reason="tensors", detail=f"{TEST}vectors {asked}")


def _are_classes(values: FloatArray, count: int) -> bool:
    return bool(((values == values.round()) & (values >= 0) & (values < count)).all())
