"""For which objects and pictures do the numbers hold? By size, crowding and brightness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vizcore.metrics.detection.coco_definitions import AREAS
from vizcore.metrics.detection.dataset import DetectionData, IntArray, TruthBoxes
from vizcore.metrics.detection.match_result import average_precision_of, match_result_at, mean_over_classes
from vizcore.metrics.detection.matching import match
from vizcore.metrics.detection.operating_point import Counts, counts_at
from vizcore.photo import Photo
from vizcore.results import FloatArray

THIRDS = 3


@dataclass(frozen=True, eq=False)
class Slice:
    """trait: size, crowding or brightness; part: small, medium, large or lowest, middle, highest (thirds of the set).

    low, high: what the trait runs from and to in this part. pictures: rows of the pictures in it. objects: true boxes
    to be found. mean_ap: at the IoU asked for, NaN where there is nothing to find. counts: at the score asked for.
    """

    trait: str
    part: str
    low: float
    high: float
    pictures: IntArray
    objects: int
    mean_ap: float
    counts: Counts

    def rows_of(self, truth: TruthBoxes) -> IntArray:
        """Rows of the true boxes in this slice, regions of many objects (`crowd`) left out."""
        inside = np.isin(truth.images, self.pictures) & ~truth.crowd
        if self.trait == "size":
            sides = np.sqrt(truth.areas)
            inside &= (sides >= self.low) & (sides <= self.high)
        return np.flatnonzero(inside)


def slices(
    data: DetectionData, photos: Sequence[Photo] | None = None, *, iou: float = 0.5, score: float = 0.5
) -> list[Slice]:
    """All slices; those of brightness only where the photos are at hand."""
    found = [*_by_size(data, iou, score), *_by_thirds(data, "crowding", crowding(data), iou, score)]
    if photos:
        found += _by_thirds(data, "brightness", np.array([brightness(each) for each in photos]), iou, score)
    return found


def weakest_of(found: Sequence[Slice]) -> Slice | None:
    """The slice with the lowest mAP among those with objects; None without any."""
    known = [each for each in found if np.isfinite(each.mean_ap) and each.objects]
    return min(known, key=lambda each: each.mean_ap, default=None)


def crowding(data: DetectionData) -> FloatArray:
    """True boxes in each picture (p,), regions of many objects (`crowd`) left out, as they are in `objects`."""
    return np.bincount(data.truth.images[~data.truth.crowd], minlength=len(data.pictures)).astype(np.float64)


def brightness(photo: Photo) -> float:
    """Mean of all pixels and channels in [0, 1]."""
    return float(photo.rgb.mean()) / 255


def _by_size(data: DetectionData, iou: float, score: float) -> list[Slice]:
    parts = []
    for part in ("small", "medium", "large"):
        matches = match(data.truth, data.found, thresholds=(iou,), area=AREAS[part])
        match_result = match_result_at(data, iou, matches)
        pictures = np.unique(data.truth.images[match_result.wanted])
        low, high = (float(np.sqrt(each)) for each in AREAS[part])
        parts.append(
            Slice(
                "size",
                part,
                low,
                high if part != "large" else float("inf"),
                pictures,
                int(match_result.wanted.sum()),
                mean_over_classes(average_precision_of(match_result)),
                counts_at(match_result, score),
            )
        )
    return parts


def _by_thirds(data: DetectionData, trait: str, values: FloatArray, iou: float, score: float) -> list[Slice]:
    """Thirds of the pictures by a trait; pictures of one value stay together, so that a third may be empty."""
    if not len(values):
        return []
    cuts = np.quantile(values, [1 / THIRDS, 2 / THIRDS])
    third = np.searchsorted(cuts, values, side="left")
    parts = []
    for index, part in enumerate(("lowest", "middle", "highest")):
        rows = np.flatnonzero(third == index)
        if not len(rows):
            continue
        match_result = match_result_at(data.of_pictures(rows), iou)
        parts.append(
            Slice(
                trait,
                part,
                float(values[rows].min()),
                float(values[rows].max()),
                rows,
                int(match_result.wanted.sum()),
                mean_over_classes(average_precision_of(match_result)),
                counts_at(match_result, score),
            )
        )
    return parts
