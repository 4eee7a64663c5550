"""One mask against its truth: every mask metric at once, with the counts that they were made of."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.metrics.masks.boundary import boundary_counts, boundary_width, surface_distances
from vizcore.metrics.masks.overlap import Counts, EmptyPolicy, counts_of, dice, iou, precision, recall
from vizcore.photo import pixels_sha256
from vizcore.provenance import versions
from vizcore.results import Provenance, Result


@dataclass(frozen=True)
class MaskMetricSettings:
    """boundary_px: width of the band of boundary IoU, None for 2 % of the picture's diagonal.

    empty: what the agreement of two empty masks counts, "one" (1, distances 0) or "skip" (not a number).
    """

    boundary_px: int | None = None
    empty: EmptyPolicy = "one"


@dataclass(frozen=True, eq=False)
class MaskMetrics(Result):
    """Shares in [0, 1]; hausdorff, hausdorff_95 and average_surface_distance in pixels, infinite where exactly one of
    the masks is empty. boundary_counts: TP, FP, FN of the two bands of `boundary_px` pixels.

    farthest: (x, y) of the two pixels that decide the Hausdorff distance, None where a mask is empty.
    """

    counts: Counts
    boundary_counts: Counts
    boundary_px: int
    iou: float
    dice: float
    precision: float
    recall: float
    boundary_iou: float
    hausdorff: float
    hausdorff_95: float
    average_surface_distance: float
    farthest: tuple[tuple[int, int], tuple[int, int]] | None
    size_wh: tuple[int, int]


def compare_masks(
    truth: NDArray[Any], prediction: NDArray[Any], settings: MaskMetricSettings | None = None
) -> MaskMetrics:
    """Every metric of two masks (H, W), bool or numbers where anything but 0 is inside. Error: MaskSizesDiffer."""
    settings = settings or MaskMetricSettings()
    counts, empty = counts_of(truth, prediction), settings.empty
    width_px = boundary_width(*truth.shape) if settings.boundary_px is None else settings.boundary_px
    band = boundary_counts(truth, prediction, width_px)
    distances = surface_distances(truth, prediction)
    return MaskMetrics(
        provenance=Provenance(
            operation="mask_metrics",
            photos_sha256=tuple(pixels_sha256(each.astype(bool).astype(np.uint8)) for each in (truth, prediction)),
            settings=asdict(settings),
            versions=versions(),
        ),
        counts=counts,
        boundary_counts=band,
        boundary_px=width_px,
        iou=iou(counts, empty),
        dice=dice(counts, empty),
        precision=precision(counts, empty),
        recall=recall(counts, empty),
        boundary_iou=iou(band, empty),
        hausdorff=distances.hausdorff(empty),
        hausdorff_95=distances.hausdorff_95(empty),
        average_surface_distance=distances.average(empty),
        farthest=distances.farthest,
        size_wh=(int(truth.shape[1]), int(truth.shape[0])),
    )
