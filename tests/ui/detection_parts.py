"""Detections of known boxes for tests of the page: two cats that overlap, and a dog apart."""

from __future__ import annotations

import numpy as np

from vizcore.detection.candidates import ProposeSettings
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import Candidates, Detections, Provenance
from vizcore.zoo.protocols import Detector

LABELS = ("person", "cat", "dog")
CAT, NEAR_CAT, FAR_CAT, DOG = (10, 10, 50, 50), (12, 10, 52, 50), (30, 10, 70, 50), (100, 20, 140, 60)


def candidates(
    boxes: list[tuple[float, ...]], scores: list[float], class_ids: list[int], *, needs_nms: bool = True
) -> Candidates:
    """Best first, on a photo of 200 x 100 px."""
    return Candidates(
        Provenance(operation="propose", model="yolo-mini", photos_sha256=("a" * 64,)),
        np.array(boxes, np.float64).reshape(-1, 4),
        np.array(scores, np.float64),
        np.array(class_ids, np.int64),
        np.arange(len(boxes)),
        LABELS,
        (200, 100),
        0.01,
        needs_nms,
    )


def detections(boxes: list[tuple[float, ...]], scores: list[float], class_ids: list[int]) -> Detections:
    found = candidates(boxes, scores, class_ids)
    return Detections(
        found.provenance,
        found.boxes_xyxy,
        found.scores,
        found.class_ids,
        found.origin,
        found.labels,
        found.size_wh,
    )


def staged_propose(model: Detector, photo: Photo, settings: ProposeSettings | None = None) -> Candidates:
    """Stands in for `propose`: YOLO sees each of two cats twice, DETR sees a cat, the other as a dog, and a person."""
    width, height = photo.width, photo.height
    left, right = (0.1, 0.2, 0.5, 0.9), (0.55, 0.2, 0.9, 0.9)
    if model.needs_nms:
        shares = [left, right, (0.11, 0.2, 0.5, 0.9), (0.55, 0.21, 0.9, 0.9), (0.0, 0.0, 0.05, 0.05)]
        scores, class_ids = [0.9, 0.8, 0.7, 0.6, 0.1], [1, 1, 1, 1, 0]
    else:
        shares = [left, (0.56, 0.2, 0.9, 0.88), (0.0, 0.0, 0.3, 0.15)]
        scores, class_ids = [0.85, 0.5, 0.3], [1, 2, 0]
    return Candidates(
        provenance_of("propose", model, photo, settings),
        np.array(shares) * [width, height, width, height],
        np.array(scores),
        np.array(class_ids),
        np.arange(len(shares)),
        tuple(model.labels),
        (width, height),
        0.01,
        model.needs_nms,
    )


def crowded_propose(model: Detector, photo: Photo, settings: ProposeSettings | None = None) -> Candidates:
    """20,000 candidates, as the limit has it."""
    random = np.random.default_rng(0)
    low = random.random((20_000, 2)) * [0.8 * photo.width, 0.8 * photo.height]
    size = random.random((20_000, 2)) * [0.2 * photo.width, 0.2 * photo.height] + 1e-3
    return Candidates(
        provenance_of("propose", model, photo, settings),
        np.concatenate([low, low + size], axis=1),
        np.sort(random.random(20_000))[::-1],
        random.integers(0, len(model.labels), 20_000),
        np.arange(20_000),
        tuple(model.labels),
        (photo.width, photo.height),
        0.01,
        model.needs_nms,
    )
