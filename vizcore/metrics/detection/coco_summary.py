"""The twelve numbers of a COCO evaluation: by our own matches, which can be opened, or by hotcoco for large sets."""

from __future__ import annotations

import numpy as np

from vizcore.metrics.detection.average_precision import RECALL_POINTS, precision_envelope
from vizcore.metrics.detection.coco_definitions import AREAS, LIMITS, Accumulated, summarised
from vizcore.metrics.detection.dataset import DetectionData, FoundBoxes, TruthBoxes
from vizcore.metrics.detection.matching import IOU_THRESHOLDS, Matches, match
from vizcore.metrics.detection.pairs import boxes_in_pairs
from vizcore.results import FloatArray

LARGE = 20_000  # detections from which hotcoco counts


def coco_statistics(data: DetectionData) -> FloatArray:
    """The twelve numbers (12,), -1 where the truth has nothing to find; hotcoco counts from `LARGE` detections on."""
    if len(data.found) >= LARGE:
        from vizcore.metrics.detection.large_runs import hotcoco_statistics

        return hotcoco_statistics(data)
    return summarised(accumulated(data.truth, data.found, len(data.class_names)))


def accumulated(truth: TruthBoxes, found: FoundBoxes, class_count: int) -> Accumulated:
    """Matches of every area range, and the curves from them (cocoeval's accumulate)."""
    pairs = boxes_in_pairs(truth, found, same_class=True, at_least=IOU_THRESHOLDS[0] - 1e-9)
    precision: dict[tuple[str, int], FloatArray] = {}
    recall: dict[tuple[str, int], FloatArray] = {}
    for area, limits in AREAS.items():
        matches = match(truth, found, area=limits, pairs=pairs)
        for limit in LIMITS if area == "all" else LIMITS[-1:]:
            curves = _curves(truth, found, matches, class_count, limit)
            precision[area, limit], recall[area, limit] = curves
    return Accumulated(precision, recall)


def _curves(
    truth: TruthBoxes, found: FoundBoxes, matches: Matches, class_count: int, limit: int
) -> tuple[FloatArray, FloatArray]:
    precision = np.full((len(matches.thresholds), len(RECALL_POINTS), class_count), -1.0)
    recall = np.full((len(matches.thresholds), class_count), -1.0)
    classes = found.classes[matches.order]
    counted, right = ~matches.ignored, matches.right
    positives = np.bincount(truth.classes[~matches.ignored_truth], minlength=class_count)
    for row in np.flatnonzero(positives):
        places = np.flatnonzero((classes == row) & (matches.rank < limit))
        places = places[np.argsort(-found.scores[matches.order[places]], kind="stable")]
        hits = np.cumsum(right[:, places], axis=1, dtype=np.float64)
        judged = np.cumsum(counted[:, places], axis=1, dtype=np.float64)
        reached = hits / positives[row]
        exact = hits / (judged + np.spacing(1.0))
        recall[:, row] = reached[:, -1] if len(places) else 0.0
        for threshold, (across, up) in enumerate(zip(reached, exact, strict=True)):
            at = np.searchsorted(across, RECALL_POINTS, side="left")
            precision[threshold, :, row] = np.append(precision_envelope(up), 0.0)[at]
    return precision, recall
