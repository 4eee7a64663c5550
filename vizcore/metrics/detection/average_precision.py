"""How does a precision-recall curve become one number? Five ways to take its area, and why they differ.

A convention is a row of `CONVENTIONS`: which matching rule, and which area under the curve.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from vizcore.metrics.detection.dataset import BoolArray, DetectionData, FoundBoxes, IntArray, TruthBoxes
from vizcore.metrics.detection.matching import NOBODY, Matches, match
from vizcore.results import FloatArray

RECALL_POINTS = np.linspace(0.0, 1.0, 101)
VOC_POINTS = np.arange(11) / 10


@dataclass(frozen=True, eq=False)
class PrecisionRecall:
    """One class at one IoU threshold, best detection first, ignored ones left out.

    found (n,): row of the detection; scores, right, recall, precision (n,): precision and recall of this detection and
    all before it. positives: true boxes to be found.
    """

    found: IntArray
    scores: FloatArray
    right: BoolArray
    recall: FloatArray
    precision: FloatArray
    positives: int

    @property
    def envelope(self) -> FloatArray:
        """(n,): the best precision at this recall or a larger one."""
        return precision_envelope(self.precision)

    @property
    def true_so_far(self) -> IntArray:
        """(n,): right detections among this one and all before it."""
        return np.cumsum(self.right)


def precision_recall(truth: TruthBoxes, found: FoundBoxes, matches: Matches, class_row: int) -> PrecisionRecall:
    """The curve of one class at the first threshold of `matches`."""
    places = np.flatnonzero((found.classes[matches.order] == class_row) & ~matches.ignored[0])
    places = places[np.argsort(-found.scores[matches.order[places]], kind="stable")]
    rows = matches.order[places]
    right = matches.partner[0, places] != NOBODY
    positives = int((~matches.ignored_truth & (truth.classes == class_row)).sum())
    true, false = np.cumsum(right, dtype=np.float64), np.cumsum(~right, dtype=np.float64)
    recall = true / positives if positives else np.zeros(len(right))
    precision = true / (true + false + np.spacing(1.0))
    return PrecisionRecall(rows, found.scores[rows], right, recall, precision, positives)


def curves_of_classes(data: DetectionData, iou: float, *, most: int) -> dict[int, PrecisionRecall]:
    """The curves of the `most` classes with the most objects, by their rows, the most frequent first."""
    matches = match(data.truth, data.found, thresholds=(iou,))
    positives = np.bincount(data.truth.classes[~matches.ignored_truth], minlength=len(data.class_names))
    rows = [int(row) for row in np.argsort(-positives, kind="stable") if positives[row]][:most]
    return {row: precision_recall(data.truth, data.found, matches, row) for row in rows}


def precision_envelope(precision: FloatArray) -> FloatArray:
    """(n,) -> (n,): each value replaced by the largest from there to the right."""
    highest: FloatArray = np.maximum.accumulate(precision[::-1])[::-1]
    return highest


def precision_at(recall: FloatArray, precision: FloatArray, points: FloatArray) -> FloatArray:
    """Envelope at each recall of `points`: at the first detection that reaches it, 0 where none does."""
    places = np.searchsorted(recall, points, side="left")
    values: FloatArray = np.append(precision_envelope(precision), 0.0)[places]
    return values


def voc_eleven(recall: FloatArray, precision: FloatArray) -> float:
    """Mean of the best precision at recall >= 0, 0.1, ..., 1 (PASCAL VOC 2007)."""
    return float(precision_at(recall, precision, VOC_POINTS).mean())


def voc_area(recall: FloatArray, precision: FloatArray) -> float:
    """Exact area under the envelope, a sum of rectangles (PASCAL VOC since 2010)."""
    return float((np.diff(np.r_[0.0, recall]) * precision_envelope(precision)).sum())


def coco_mean(recall: FloatArray, precision: FloatArray) -> float:
    """Mean of the envelope at 101 recalls (COCO)."""
    return float(precision_at(recall, precision, RECALL_POINTS).mean())


def ultralytics_area(recall: FloatArray, precision: FloatArray) -> float:
    """Integral of straight lines between (0, 1), the envelope and (1, 0), sampled at 101 recalls (YOLOv5 to YOLO11)."""
    return _between_points(np.r_[0.0, recall, 1.0], np.r_[1.0, precision, 0.0])


def ultralytics_closed_area(recall: FloatArray, precision: FloatArray) -> float:
    """The same with a fall to 0 at the last recall reached, as Ultralytics 8.4.190 computes it."""
    last = recall[-1] if len(recall) else 1.0
    return _between_points(np.r_[0.0, recall, last, 1.0], np.r_[1.0, precision, 0.0, 0.0])


def _between_points(recall: FloatArray, precision: FloatArray) -> float:
    return float(np.trapezoid(np.interp(RECALL_POINTS, recall, precision_envelope(precision)), RECALL_POINTS))


@dataclass(frozen=True)
class Convention:
    """rule: of `matching.RULES`. area: (recall, precision) -> AP."""

    rule: str
    area: Callable[[FloatArray, FloatArray], float]


CONVENTIONS: dict[str, Convention] = {
    "voc07": Convention("voc", voc_eleven),
    "voc": Convention("voc", voc_area),
    "coco": Convention("coco", coco_mean),
    "ultralytics": Convention("ultralytics", ultralytics_area),
    "ultralytics-closed": Convention("ultralytics-closed", ultralytics_closed_area),
}


@dataclass(frozen=True, eq=False)
class AveragePrecisions:
    """values (c, t): AP of each class at each IoU threshold, NaN for a class that the truth does not have."""

    convention: str
    thresholds: tuple[float, ...]
    values: FloatArray

    @property
    def classes_with_truth(self) -> IntArray:
        """Rows of the classes that count."""
        return np.flatnonzero(~np.isnan(self.values).all(axis=1))

    @property
    def mean(self) -> FloatArray:
        """mAP at each threshold (t,): the mean over the classes that the truth has; NaN where it has none."""
        rows = self.values[self.classes_with_truth]
        return rows.mean(axis=0) if len(rows) else np.full(len(self.thresholds), np.nan)


def average_precisions(
    truth: TruthBoxes, found: FoundBoxes, class_count: int, convention: str, thresholds: Sequence[float]
) -> AveragePrecisions:
    """AP of each class under one of `CONVENTIONS`."""
    chosen = CONVENTIONS[convention]
    matches = match(truth, found, rule=chosen.rule, thresholds=thresholds)
    values = np.full((class_count, len(thresholds)), np.nan)
    for column, threshold in enumerate(thresholds):
        one = matches.at(threshold)
        for row in range(class_count):
            curve = precision_recall(truth, found, one, row)
            if curve.positives:
                values[row, column] = chosen.area(curve.recall, curve.precision) if len(curve.found) else 0.0
    return AveragePrecisions(convention, tuple(thresholds), values)
