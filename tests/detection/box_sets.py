"""Candidates and detections of a few boxes, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vizcore.results import Candidates, Detections, Provenance

LABELS = ("cat", "dog", "person")
SIZE_WH = (100, 80)


def candidates(
    boxes: Sequence[Sequence[float]], scores: Sequence[float], classes: Sequence[int] = (), *, needs_nms: bool = True
) -> Candidates:
    """Of the given boxes; class 0 for all without `classes`."""
    count = len(boxes)
    return Candidates(
        provenance=Provenance(operation="detect", model="tiny"),
        boxes_xyxy=np.asarray(boxes, np.float64).reshape(-1, 4),
        scores=np.asarray(scores, np.float64),
        class_ids=np.asarray(classes if len(classes) else np.zeros(count), np.int64),
        origin=np.arange(count),
        labels=LABELS,
        size_wh=SIZE_WH,
        floor=0.0,
        needs_nms=needs_nms,
    )


def detections(
    boxes: Sequence[Sequence[float]], scores: Sequence[float] = (), classes: Sequence[int] = (),
    labels: tuple[str, ...] = LABELS,
) -> Detections:  # fmt: skip
    """Of the given boxes; scores fall from 0.9 without `scores`."""
    count = len(boxes)
    return Detections(
        provenance=Provenance(operation="detect", model="tiny", photos_sha256=("ab" * 32,)),
        boxes_xyxy=np.asarray(boxes, np.float64).reshape(-1, 4),
        scores=np.asarray(scores if len(scores) else np.linspace(0.9, 0.5, count), np.float64),
        class_ids=np.asarray(classes if len(classes) else np.zeros(count), np.int64),
        origin=np.arange(count),
        labels=labels,
        size_wh=SIZE_WH,
    )


def random_boxes(rng: np.random.Generator, count: int, *, side: float = 600, objects: int = 0) -> np.ndarray:
    """(count, 4) float32; with `objects`, crowded around so many places."""
    centres = rng.uniform(0, side, (objects or count, 2))
    sides = rng.uniform(10, side / 4, (objects or count, 2))
    if objects:
        of = rng.integers(0, objects, count)
        centres, sides = centres[of] + rng.normal(0, 4, (count, 2)), sides[of] * rng.uniform(0.8, 1.2, (count, 2))
    return np.concatenate([centres - sides / 2, centres + sides / 2], axis=1).astype(np.float32)
