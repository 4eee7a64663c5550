"""What the twelve COCO numbers are: which areas, limits and thresholds each averages over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vizcore.metrics.detection.matching import EVERY_AREA, IOU_THRESHOLDS, Area
from vizcore.results import FloatArray

AREAS: Mapping[str, Area] = {
    "all": EVERY_AREA,
    "small": (0.0, 32.0**2),
    "medium": (32.0**2, 96.0**2),
    "large": (96.0**2, 1e10),
}
LIMITS = (1, 10, 100)  # detections of one class in one picture


@dataclass(frozen=True)
class Statistic:
    """One of the twelve: AP or AR, at which IoU (None: the mean over .50 to .95), for which areas, how many boxes."""

    name: str
    precision: bool
    iou: float | None = None
    area: str = "all"
    limit: int = 100


# In pycocotools' order, with the names that its users give them.
STATISTICS = (
    Statistic("AP", True),
    Statistic("AP50", True, 0.5),
    Statistic("AP75", True, 0.75),
    Statistic("APs", True, area="small"),
    Statistic("APm", True, area="medium"),
    Statistic("APl", True, area="large"),
    Statistic("AR1", False, limit=1),
    Statistic("AR10", False, limit=10),
    Statistic("AR100", False),
    Statistic("ARs", False, area="small"),
    Statistic("ARm", False, area="medium"),
    Statistic("ARl", False, area="large"),
)
NAMES = tuple(each.name for each in STATISTICS)


@dataclass(frozen=True, eq=False)
class Accumulated:
    """Over all classes of the truth: precision (t, 101, c) on the envelope and recall (t, c), for each area and limit.

    -1 where the truth has no object of this class and area.
    """

    precision: Mapping[tuple[str, int], FloatArray]
    recall: Mapping[tuple[str, int], FloatArray]


def summarised(curves: Accumulated) -> FloatArray:
    """The twelve numbers (12,) in the order of `STATISTICS`; -1 where there is nothing to average."""
    return np.array([_mean(each, curves) for each in STATISTICS])


def _mean(wanted: Statistic, curves: Accumulated) -> float:
    table = (curves.precision if wanted.precision else curves.recall)[wanted.area, wanted.limit]
    if wanted.iou is not None:
        table = table[[int(np.argmin(np.abs(np.asarray(IOU_THRESHOLDS) - wanted.iou)))]]
    values = table[table > -1]
    return float(values.mean()) if values.size else -1.0
