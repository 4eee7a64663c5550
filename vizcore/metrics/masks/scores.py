"""One segmented picture against its truth: IoU of each class, mIoU, and PQ with every match."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from vizcore.metrics.masks.overlap import Counts, iou
from vizcore.metrics.masks.panoptic import (
    ClassQuality,
    PanopticQuality,
    Segments,
    class_counts,
    mean_iou,
    panoptic_quality,
)
from vizcore.provenance import versions
from vizcore.results import Provenance, Result


@dataclass(frozen=True, eq=False)
class SegmentScores(Result):
    """labels and, in the same order, each class's pixel counts over the whole picture; NaN IoU for absent classes.

    mean_iou runs over the classes in truth or prediction, pq, sq and rq over those with any segment.
    """

    labels: tuple[str, ...]
    counts: tuple[Counts, ...]
    ious: tuple[float, ...]
    mean_iou: float
    panoptic: PanopticQuality
    pq: float
    sq: float
    rq: float

    def quality_of(self, class_id: int) -> ClassQuality | None:
        """The segments' numbers of one class; None for a class without any segment."""
        return next((each for each in self.panoptic.classes if each.class_id == class_id), None)


def score_segments(truth: Segments, prediction: Segments, labels: Sequence[str], settings: Any = None) -> SegmentScores:
    """Both ways of scoring at once. settings: how the prediction was made, for the record. Error: MaskSizesDiffer."""
    counts = class_counts(truth.semantic(), prediction.semantic(), len(labels))
    quality = panoptic_quality(truth, prediction)
    return SegmentScores(
        provenance=Provenance(
            operation="score_segments", settings=asdict(settings) if settings else {}, versions=versions()
        ),
        labels=tuple(labels),
        counts=tuple(counts),
        ious=tuple(math.nan if each.both_empty else iou(each) for each in counts),
        mean_iou=mean_iou(counts),
        panoptic=quality,
        pq=quality.pq,
        sq=quality.sq,
        rq=quality.rq,
    )
