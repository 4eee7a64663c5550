"""What operations return: frozen, validated, on the CPU, in the original picture's pixels, with their provenance."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from vizcore.photo import Note

SCHEMA = "vizcore/1"

FloatArray = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Provenance:
    """Everything needed to make a result again: who computed it, from what, how.

    notes: what a reader should know about the run, such as Note("fell_to_cpu", {"from": "cuda:0"}).
    """

    operation: str = ""
    model: str = ""
    weights_sha256: str = ""
    recipe: str = ""
    photos_sha256: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    device: str = ""
    dtype: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    timing_ms: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, eq=False)
class Result:
    """Base of every result. Arrays become read-only; `to_json` keeps every number and never writes NaN."""

    provenance: Provenance

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, np.ndarray):
                frozen = np.ascontiguousarray(value)
                if frozen is value and frozen.flags.writeable:
                    frozen = frozen.copy()
                frozen.flags.writeable = False
                object.__setattr__(self, each.name, frozen)
        self.validate()

    def validate(self) -> None:
        """Raises ValueError("expected X, got Y") when the fields do not fit together."""

    def with_provenance(self, provenance: Provenance) -> Self:
        """The same answer, told to come from there; what was validated once is not validated again."""
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__, provenance=provenance)
        return copy

    def to_json(self) -> dict[str, Any]:
        """A dict of JSON types; non-finite numbers become None."""
        content = {each.name: to_plain(getattr(self, each.name)) for each in fields(self)}
        return {"schema": SCHEMA, "kind": type(self).__name__, **content}


@dataclass(frozen=True, eq=False)
class ResultGroup(Result):
    """The answers about several photos that one model call gave, in the photos' order."""

    results: tuple[Result, ...]


@dataclass(frozen=True, eq=False)
class Classification(Result):
    """probabilities (n,) in [0, 1] and logits (n,), one for each label in the model's own order."""

    labels: tuple[str, ...]
    probabilities: FloatArray
    logits: FloatArray

    def validate(self) -> None:
        expect_shape("probabilities", self.probabilities, (len(self.labels),))
        expect_shape("logits", self.logits, (len(self.labels),))

    def top(self, count: int) -> list[tuple[int, str, float]]:
        """(class index, label, probability) of the `count` most probable classes, best first; all of them for 0."""
        order = np.argsort(-self.probabilities, kind="stable")[: count or None]
        return [(int(i), self.labels[i], float(self.probabilities[i])) for i in order]


@dataclass(frozen=True, eq=False)
class Embedding(Result):
    """vector (D,) as the model gives it (not normalised), and the layer it was read from."""

    vector: FloatArray
    layer: str

    def validate(self) -> None:
        expect_shape("vector", self.vector, (None,))

    @property
    def dimension(self) -> int:
        return len(self.vector)

    @property
    def norm(self) -> float:
        """Euclidean length of the vector."""
        return float(np.linalg.norm(self.vector.astype(np.float64)))


@dataclass(frozen=True, eq=False)
class FeatureMaps(Result):
    """maps (C, h, w) of one layer; `region_xyxy` is the part of the photo, in its pixels, that the grid covers."""

    maps: FloatArray
    layer: str
    region_xyxy: tuple[float, float, float, float]

    def validate(self) -> None:
        expect_shape("maps", self.maps, (None, None, None))


@dataclass(frozen=True, eq=False)
class Heatmap(Result):
    """grid (h, w) in [0, 1], 1 = most evidence, over the part `region_xyxy` of the photo (in its pixels).

    The grid is what the model resolves, before any enlargement; `peak` is the value that 1 stands for and `floor`
    the one that 0 stands for, in the method's own unit.
    """

    grid: FloatArray
    region_xyxy: tuple[float, float, float, float]
    method: str
    layer: str
    target: str
    peak: float
    floor: float = 0.0

    def validate(self) -> None:
        expect_shape("grid", self.grid, (None, None))


@dataclass(frozen=True, eq=False)
class BoxSet(Result):
    """Boxes in photo pixels: boxes_xyxy (n, 4) with x0 <= x1 and y0 <= y1 (edges, not pixel centres), scores (n,) in
    [0, 1], class_ids (n,) into `labels`, size_wh of the photo.

    origin (n,): which of the model's own answers each box is (cell of YOLO's grids, query of a DETR, row of a list).
    """

    boxes_xyxy: FloatArray
    scores: FloatArray
    class_ids: NDArray[np.integer[Any]]
    origin: NDArray[np.integer[Any]]
    labels: tuple[str, ...]
    size_wh: tuple[int, int]

    def validate(self) -> None:
        count = len(self.boxes_xyxy)
        expect_shape("boxes_xyxy", self.boxes_xyxy, (count, 4))
        for name in ("scores", "class_ids", "origin"):
            expect_shape(name, getattr(self, name), (count,))
        if count and not 0 <= int(self.class_ids.min()) <= int(self.class_ids.max()) < len(self.labels):
            raise ValueError(f"expected class_ids below {len(self.labels)}, got {self.class_ids.max()}")
        if not (np.isfinite(self.boxes_xyxy).all() and np.isfinite(self.scores).all()):
            raise ValueError("expected finite boxes and scores")

    def __len__(self) -> int:
        return len(self.boxes_xyxy)

    def take(self, rows: NDArray[np.integer[Any]] | Sequence[int]) -> Detections:
        """These boxes in this order, as chosen ones."""
        chosen = np.asarray(rows, np.int64)
        boxes, scores = self.boxes_xyxy[chosen], self.scores[chosen]
        ids, origin = self.class_ids[chosen], self.origin[chosen]
        return Detections(self.provenance, boxes, scores, ids, origin, self.labels, self.size_wh)


@dataclass(frozen=True, eq=False)
class Candidates(BoxSet):
    """Everything a detector proposes at a score of `floor` or more, before any choice; best first.

    needs_nms: whether several candidates may stand for one object (YOLO's one-to-many head) or none do (DETR).
    """

    floor: float
    needs_nms: bool


@dataclass(frozen=True, eq=False)
class Detections(BoxSet):
    """What is left of candidates after score threshold, class filter and NMS; best first."""


def _as_lists(array: NDArray[Any]) -> Any:
    return array.tolist()


_array_form: ContextVar[Callable[[NDArray[Any]], Any]] = ContextVar("how arrays are written", default=_as_lists)


@contextmanager
def arrays_written(form: Callable[[NDArray[Any]], Any]) -> Iterator[None]:
    """Meanwhile `to_plain` writes arrays as `form` gives them instead of as nested lists of all their numbers."""
    token = _array_form.set(form)
    try:
        yield
    finally:
        _array_form.reset(token)


def expect_shape(name: str, array: NDArray[Any], shape: tuple[int | None, ...]) -> None:
    """ValueError unless `array` has this shape; None stands for any length."""
    fits = array.ndim == len(shape) and all(want in (None, got) for want, got in zip(shape, array.shape, strict=True))
    if not fits:
        raise ValueError(f"expected {name} {shape}, got {array.shape}")


def to_plain(value: Any) -> Any:
    """The value in JSON types, numbers unrounded, non-finite ones as None."""
    if isinstance(value, np.ndarray):
        return to_plain(_array_form.get()(value))
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, np.generic):
        return to_plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if hasattr(value, "__dataclass_fields__"):
        return {each.name: to_plain(getattr(value, each.name)) for each in fields(value)}
    return value
