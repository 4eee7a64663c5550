"""Is detector B better than A on the same pictures, and by more than chance?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vizcore.metrics.detection.dataset import BoolArray, DetectionData, IntArray
from vizcore.metrics.detection.match_result import (
    MatchResult,
    average_precision_of,
    class_average_precisions,
    match_result_at,
    mean_over_classes,
)
from vizcore.results import FloatArray

RESAMPLES = 300


@dataclass(frozen=True, eq=False)
class DetectorDifference:
    """B minus A. class_ap (c,): AP of each class; mean_ap: of all, NaN where the truth is empty. low, high: the middle
    95 % of the difference over pictures drawn anew with replacement (bootstrap, paired).

    found_by_a, found_by_b (n_truth,): found at the score threshold; wanted (n_truth,): should be found.
    """

    class_ap: FloatArray
    mean_ap: float
    low: float
    high: float
    found_by_a: BoolArray
    found_by_b: BoolArray
    wanted: BoolArray

    def largest_differences(self, most: int) -> IntArray:
        """Rows of the classes whose AP differs most, either way, the largest difference first."""
        known = np.flatnonzero(np.isfinite(self.class_ap))
        return known[np.argsort(-np.abs(self.class_ap[known]), kind="stable")][:most]

    def objects(self, a: bool, b: bool) -> IntArray:
        """Rows of the true boxes that A found (or not) and B found (or not)."""
        return np.flatnonzero(self.wanted & (self.found_by_a == a) & (self.found_by_b == b))


def compare_detectors(
    a: DetectionData, b: DetectionData, *, iou: float = 0.5, score: float = 0.5, seed: int = 0
) -> DetectorDifference:
    """Two detectors on one truth; ValueError when the truths differ."""
    if a.truth is not b.truth:
        raise ValueError("expected two sets of detections on the same truth, got two truths")
    judged = match_result_at(a, iou), match_result_at(b, iou)
    by_class = [average_precision_of(each) for each in judged]
    drawn = _resampled((a, b), judged, seed)
    low, high = np.nanpercentile(drawn, [2.5, 97.5]) if np.isfinite(drawn).any() else (np.nan, np.nan)
    first, second = (_found_objects(each, score) for each in judged)
    return DetectorDifference(
        by_class[1] - by_class[0],
        mean_over_classes(by_class[1]) - mean_over_classes(by_class[0]),
        float(low),
        float(high),
        first,
        second,
        judged[0].wanted,
    )


def _found_objects(match_result: MatchResult, score: float) -> BoolArray:
    found = np.zeros(len(match_result.wanted), bool)
    found[match_result.partner[match_result.right & (match_result.scores >= score)]] = True
    return found


def _resampled(
    data: tuple[DetectionData, DetectionData], judged: tuple[MatchResult, MatchResult], seed: int
) -> FloatArray:
    """Difference of mAP (B - A) over resamples of the pictures, the same pictures for both."""
    draws = np.random.default_rng(seed)
    count = len(data[0].pictures)
    wanted = data[0].truth.images[judged[0].wanted], data[0].truth.classes[judged[0].wanted]
    differences = np.empty(RESAMPLES)
    for place in range(RESAMPLES):
        times = np.bincount(draws.integers(0, count, count), minlength=count).astype(float)
        positives = np.bincount(wanted[1], times[wanted[0]], minlength=judged[0].class_count).astype(float)
        means = [
            mean_over_classes(
                class_average_precisions(
                    each.scores, each.classes, each.right, positives, times[of.found.images[each.found]]
                )
            )
            for of, each in zip(data, judged, strict=True)
        ]
        differences[place] = means[1] - means[0]
    return differences
