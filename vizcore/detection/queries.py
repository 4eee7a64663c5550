"""What do a DETR's queries answer, and where in the photo does one of them look?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from vizcore.detection.candidates import finite
from vizcore.detection.cross_attention import (
    Sampling,
    cross_attention_layers,
    deformable_layers,
    sampling_kept,
    second_output_kept,
)
from vizcore.detection.photo_grid import on_photo, stride_of
from vizcore.errors import ModelCannot
from vizcore.photo import Photo
from vizcore.preprocessing.geometry import Placement
from vizcore.preprocessing.recipes import Prepared
from vizcore.provenance import provenance_of
from vizcore.results import Detections, FloatArray, Heatmap, Result, expect_shape
from vizcore.zoo.huggingface_detectors import QueryDetector
from vizcore.zoo.protocols import Detector

Kind = Literal["grid", "points"]
SAMPLED_STRIDE = 16  # cells in which sampling points are counted for a heat map


@dataclass(frozen=True)
class QuerySettings:
    """query: which one, None for the one with the highest score of any class."""

    query: int | None = None


@dataclass(frozen=True, eq=False)
class QueryAnswers(Result):
    """All queries' answers: class_scores (Q, C) in [0, 1], boxes_xyxy (Q, 4) in photo pixels, not cut at its edges.

    scores: "softmax", where what is left of 1 is "no object", or "sigmoid", one for each class alone.
    """

    class_scores: FloatArray
    boxes_xyxy: FloatArray
    labels: tuple[str, ...]
    size_wh: tuple[int, int]
    scores: str

    def validate(self) -> None:
        expect_shape("class_scores", self.class_scores, (None, len(self.labels)))
        expect_shape("boxes_xyxy", self.boxes_xyxy, (len(self.class_scores), 4))

    def __len__(self) -> int:
        return len(self.class_scores)

    def saying(self, least: float) -> NDArray[np.int64]:
        """The queries whose best class reaches this score."""
        return np.flatnonzero(self.class_scores.max(axis=1) >= least)

    def as_detections(self, queries: NDArray[np.integer[Any]]) -> Detections:
        """These queries' boxes with their best class, best first."""
        best = self.class_scores.max(axis=1)
        ranked = queries[np.argsort(-best[queries], kind="stable")]
        classes = self.class_scores.argmax(axis=1)[ranked]
        return self._boxes(self.boxes_xyxy[ranked], classes, best[ranked], ranked)

    def as_assigned(self, queries: NDArray[np.integer[Any]], labels: Sequence[str]) -> Detections:
        """These queries' boxes as the class that each was assigned, with their score of it, in this order."""
        classes = self.class_ids_of(labels)
        return self._boxes(self.boxes_xyxy[queries], classes, self.class_scores[queries, classes], queries)

    def as_truth(self, boxes_xyxy: FloatArray, labels: Sequence[str]) -> Detections:
        """True boxes (T, 4) of the same photo in the queries' vocabulary, each with a score of 1."""
        return self._boxes(boxes_xyxy, self.class_ids_of(labels), np.ones(len(boxes_xyxy)), np.arange(len(boxes_xyxy)))

    def class_ids_of(self, labels: Sequence[str]) -> NDArray[np.int64]:
        """(n,) places of these labels. ValueError for one that the detector does not know."""
        return np.array([self.labels.index(label) for label in labels], np.int64)

    def _boxes(
        self, boxes: FloatArray, class_ids: NDArray[np.int64], scores: FloatArray, origin: NDArray[np.integer[Any]]
    ) -> Detections:
        return Detections(self.provenance, boxes, scores, class_ids, origin, self.labels, self.size_wh)


@dataclass(frozen=True, eq=False)
class QueryFocus(Result):
    """Where one query looks, layer by layer of the decoder and head by head.

    kind "grid": maps (layers, heads, h, w), cross-attention over the photo, each summing to 1 over the model's picture.
    kind "points": points_xy (layers, heads, P, 2) in photo pixels, where features were read (outside it too), weights
    (layers, heads, P) summing to 1 over P, strides (P,): of the map that each point reads. The other kind's arrays are
    empty.
    """

    query: int
    label: str
    score: float
    box_xyxy: FloatArray
    kind: Kind
    maps: FloatArray
    points_xy: FloatArray
    weights: FloatArray
    strides: NDArray[np.integer[Any]]
    size_wh: tuple[int, int]

    def validate(self) -> None:
        expect_shape("maps", self.maps, (None, None, None, None))
        expect_shape("points_xy", self.points_xy, (None, None, len(self.strides), 2))
        expect_shape("weights", self.weights, self.points_xy.shape[:3])

    def to_json(self) -> dict[str, Any]:
        return {**super().to_json(), "kind": type(self).__name__, "reads": self.kind}

    @property
    def layers(self) -> int:
        """Decoder layers."""
        return len(self.maps) or len(self.weights)

    @property
    def logit(self) -> float:
        """What the sigmoid makes `score` of."""
        return float(np.log(max(self.score, 1e-12) / max(1 - self.score, 1e-12)))

    def weight_inside(self, layer: int) -> float:
        """Share of the sampling weight of one decoder layer (kind "points") that lies inside the query's box."""
        x0, y0, x1, y1 = self.box_xyxy
        x, y = self.points_xy[layer, ..., 0], self.points_xy[layer, ..., 1]
        inside = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
        total = float(self.weights[layer].sum())
        return float(self.weights[layer][inside].sum()) / total if total else 0.0

    def heatmap(self, layer: int = -1) -> Heatmap:
        """The mean over the heads of one decoder layer (the last one by default), 1 = most attention.

        Sampling points are counted with their weights in cells of 16 photo pixels per longest side of 512.
        """
        width, height = self.size_wh
        grid = self.maps[layer].mean(0) if self.kind == "grid" else self._counted(layer)
        peak = float(grid.max(initial=0.0))
        return Heatmap(
            self.provenance,
            grid=grid / peak if peak > 0 else grid,
            region_xyxy=(0.0, 0.0, float(width), float(height)),
            method="cross-attention" if self.kind == "grid" else "sampling-points",
            layer=f"decoder {layer % self.layers + 1}",
            target=self.label,
            peak=peak,
        )

    def _counted(self, layer: int) -> FloatArray:
        width, height = self.size_wh
        cell = max(width, height) * SAMPLED_STRIDE / 512
        shape = max(1, round(height / cell)), max(1, round(width / cell))
        points = self.points_xy[layer].reshape(-1, 2)
        inside = ((points >= 0) & (points < (width, height))).all(1)
        columns = (points[inside, 0] * shape[1] / width).astype(int)
        rows = (points[inside, 1] * shape[0] / height).astype(int)
        counted = np.zeros(shape)
        np.add.at(counted, (rows, columns), self.weights[layer].reshape(-1)[inside] / self.weights.shape[1])
        return counted


def query_answers(model: Detector, photo: Photo, settings: None = None) -> QueryAnswers:
    """Every query's box and scores. Errors: ModelCannot for a detector without queries, InvalidOutput for NaN."""
    asked = _with_queries(model)
    prepared = asked.prepare(photo)
    with torch.inference_mode():
        pixels = asked.pixels([prepared])
        answer = asked.answer(pixels)
        scores, boxes = finite(asked.scores_of(answer)[0], asked), finite(asked.boxes_of(answer, pixels)[0], asked)
    return QueryAnswers(
        provenance_of("query_answers", model, photo, settings),
        scores,
        _in_photo(boxes, prepared.placement),
        tuple(model.labels),
        (photo.width, photo.height),
        model.card.facts["scores"],
    )


def query_focus(model: Detector, photo: Photo, settings: QuerySettings | None = None) -> QueryFocus:
    """Where one query looks. Errors: ModelCannot for a detector without queries, InvalidOutput for NaN.

    ValueError for a query that the model does not have.
    """
    settings = settings or QuerySettings()
    asked = _with_queries(model)
    prepared = asked.prepare(photo)
    deformable = deformable_layers(asked.module)
    crossing = [] if deformable else cross_attention_layers(asked.module)
    with torch.inference_mode(), sampling_kept(deformable) as samples, second_output_kept(crossing) as attention:
        pixels = asked.pixels([prepared])
        answer = asked.answer(pixels)
        scores, boxes = finite(asked.scores_of(answer)[0], asked), finite(asked.boxes_of(answer, pixels)[0], asked)
        query = int(scores.max(1).argmax()) if settings.query is None else settings.query
        if not 0 <= query < len(scores):
            raise ValueError(f"expected a query in 0..{len(scores) - 1}, got {query}")
        read = _points(samples, query, prepared, asked) if deformable else _maps(attention, query, prepared, asked)
    best = int(scores[query].argmax())
    return QueryFocus(
        provenance_of("query_focus", model, photo, settings),
        query=query,
        label=model.labels[best],
        score=float(scores[query, best]),
        box_xyxy=_in_photo(boxes[query : query + 1], prepared.placement)[0],
        size_wh=(photo.width, photo.height),
        **read,
    )


def _points(samples: list[Sampling], query: int, prepared: Prepared, model: QueryDetector) -> Mapping[str, Any]:
    locations = finite(torch.stack([each.locations[0, query] for each in samples]), model)
    weights = finite(torch.stack([each.weights[0, query] for each in samples]), model)
    height, width = prepared.placement.model_hw
    coarsest = 32 if len(samples[0].points) > 1 else SAMPLED_STRIDE
    levels = len(samples[0].points)
    strides = [coarsest // 2 ** (levels - 1 - level) for level, n in enumerate(samples[0].points) for _ in range(n)]
    return {
        "kind": "points",
        "maps": np.zeros((0, 0, 0, 0)),
        "points_xy": prepared.placement.to_photo(locations.astype(np.float64) * (width, height)),
        "weights": weights,
        "strides": np.array(strides),
    }


def _maps(layers: list[torch.Tensor], query: int, prepared: Prepared, model: QueryDetector) -> Mapping[str, Any]:
    """Cross-attention (1, heads, Q, cells) of every layer, laid out as the encoder's grid."""
    attention = finite(torch.stack([each[0, :, query] for each in layers]), model)
    height, width = prepared.placement.model_hw
    stride = stride_of(1, round((height * width / attention.shape[-1]) ** 0.5))
    rows, columns = -(-height // stride), -(-width // stride)
    maps = attention.reshape(*attention.shape[:2], rows, columns)
    shown = [[on_photo(head, prepared.placement) for head in layer] for layer in maps]
    return {
        "kind": "grid",
        "maps": np.array(shown),
        "points_xy": np.zeros((0, 0, 0, 2)),
        "weights": np.zeros((0, 0, 0)),
        "strides": np.zeros(0, dtype=np.int64),
    }


def _with_queries(model: Detector) -> QueryDetector:
    if not isinstance(model, QueryDetector):
        raise ModelCannot(model=model.card.key, ability="queries")
    return model


def _in_photo(boxes: FloatArray, placement: Placement) -> FloatArray:
    moved: FloatArray = placement.to_photo(boxes.reshape(-1, 2, 2).astype(np.float64)).reshape(-1, 4)
    return moved
