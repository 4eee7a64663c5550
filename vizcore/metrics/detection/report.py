"""The record of an evaluation: every number that the page shows, ready to be taken away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from vizcore.metrics.detection.average_precision import CONVENTIONS, average_precisions
from vizcore.metrics.detection.calibration import calibration
from vizcore.metrics.detection.coco_definitions import NAMES
from vizcore.metrics.detection.coco_summary import coco_statistics
from vizcore.metrics.detection.dataset import DetectionData
from vizcore.metrics.detection.error_types import error_types
from vizcore.metrics.detection.match_result import match_result_at
from vizcore.metrics.detection.operating_point import Counts, confusion_at, counts_at
from vizcore.results import FloatArray, Provenance, Result


@dataclass(frozen=True, eq=False)
class DetectionReport(Result):
    """One detector on one set. sizes: pictures, objects, detections. class_names (c,).

    average_precision: by convention, (c,) at the IoU threshold, NaN for a class without objects. operating_point:
    score, counts and their ratios. confusion (c + 1, c + 1): rows truth, columns found, background last. errors:
    counts and gains of TIDE's types. calibration_error: ECE, None without detections.
    """

    sizes: Mapping[str, int]
    class_names: tuple[str, ...]
    coco: Mapping[str, float]
    iou: float
    average_precision: Mapping[str, FloatArray]
    operating_point: Mapping[str, Any]
    confusion: np.ndarray
    errors: Mapping[str, Mapping[str, float]]
    calibration_error: float | None


def detection_report(data: DetectionData, provenance: Provenance, *, iou: float, score: float) -> DetectionReport:
    """Everything about one detector at one IoU and one score threshold."""
    match_result = match_result_at(data, iou)
    errors = error_types(data, match_result)
    count = len(data.class_names)
    return DetectionReport(
        provenance,
        {"pictures": len(data.pictures), "objects": len(data.truth), "detections": len(data.found)},
        data.class_names,
        dict(zip(NAMES, coco_statistics(data).tolist(), strict=True)),
        iou,
        {name: average_precisions(data.truth, data.found, count, name, (iou,)).values[:, 0] for name in CONVENTIONS},
        {"score": score, **counts_record(counts_at(match_result, score))},
        confusion_at(data, match_result, score).matrix,
        {"counts": {name: float(each) for name, each in errors.counts.items()}, "gains": errors.gains},
        calibration(match_result).error,
    )


def counts_record(counts: Counts) -> dict[str, float | None]:
    """Counts with precision, recall and F1."""
    return {
        "true": counts.true,
        "false": counts.false,
        "missed": counts.missed,
        "precision": counts.precision,
        "recall": counts.recall,
        "f1": counts.f1,
    }
