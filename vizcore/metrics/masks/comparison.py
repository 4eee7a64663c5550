"""One mask against its truth: every mask metric at once, with the counts that they were made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.metrics.masks.overlap import Counts, EmptyPolicy
from vizcore.metrics.masks.table import ComparedMasks, measured
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
    """values: every row of MASK_METRICS by its name, shares in [0, 1] and distances in pixels, infinite where exactly
    one of the masks is empty; `found["iou"]` is one of them. boundary_counts: TP, FP, FN of the two bands of
    `boundary_px` pixels.

    farthest: (x, y) of the two pixels that decide the Hausdorff distance, None where a mask is empty.
    """

    counts: Counts
    boundary_counts: Counts
    boundary_px: int
    values: Mapping[str, float]
    farthest: tuple[tuple[int, int], tuple[int, int]] | None
    size_wh: tuple[int, int]

    def __getitem__(self, name: str) -> float:
        return self.values[name]

    def to_json(self) -> dict[str, Any]:
        """The metrics stand beside the counts, each under its own name."""
        content = super().to_json()
        values: dict[str, Any] = content.pop("values")
        return content | values


def compare_masks(
    truth: NDArray[Any], prediction: NDArray[Any], settings: MaskMetricSettings | None = None
) -> MaskMetrics:
    """Every metric of two masks (H, W), bool or numbers where anything but 0 is inside. Error: MaskSizesDiffer."""
    settings = settings or MaskMetricSettings()
    pair = ComparedMasks(truth, prediction, settings.boundary_px, settings.empty)
    return MaskMetrics(
        provenance=Provenance(
            operation="mask_metrics",
            photos_sha256=tuple(pixels_sha256(each.astype(bool).astype(np.uint8)) for each in (truth, prediction)),
            settings=asdict(settings),
            versions=versions(),
        ),
        counts=pair.counts,
        boundary_counts=pair.band,
        boundary_px=pair.width_px,
        values=measured(pair),
        farthest=pair.distances.farthest,
        size_wh=(int(truth.shape[1]), int(truth.shape[0])),
    )
