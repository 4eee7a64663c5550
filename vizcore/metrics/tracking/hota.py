"""HOTA: how good are detection and association, each by itself and together, over all thresholds of overlap?

Luiten et al. 2021, counted as TrackEval 1.3 counts it: one assignment a frame, chosen for the whole sequence's sake;
each threshold alpha then only cuts it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from vizcore.metrics.tracking.matching import EPSILON
from vizcore.metrics.tracking.overlaps import Overlaps
from vizcore.metrics.tracking.tables import IntArray
from vizcore.results import FloatArray

ALPHAS = np.arange(0.05, 0.99, 0.05)  # 19 values
ALPHAS.flags.writeable = False


@dataclass(frozen=True, eq=False)
class Hota:
    """Counts for each alpha (19,). association_sum: of A(c) = TPA / (TPA + FNA + FPA) over all true positives c;
    recall_sum, precision_sum: of TPA / (TPA + FNA) and TPA / (TPA + FPA); iou_sum: of their overlap."""

    true_positives: IntArray
    false_negatives: IntArray
    false_positives: IntArray
    association_sum: FloatArray
    recall_sum: FloatArray
    precision_sum: FloatArray
    iou_sum: FloatArray

    @property
    def deta_alpha(self) -> FloatArray:
        """TP / (TP + FN + FP)."""
        return _divided(self.true_positives, self.true_positives + self.false_negatives + self.false_positives)

    @property
    def detection_recall_alpha(self) -> FloatArray:
        return _divided(self.true_positives, self.true_positives + self.false_negatives)

    @property
    def detection_precision_alpha(self) -> FloatArray:
        return _divided(self.true_positives, self.true_positives + self.false_positives)

    @property
    def assa_alpha(self) -> FloatArray:
        """Mean of A(c) over the true positives; 0 without any."""
        return _divided(self.association_sum, self.true_positives)

    @property
    def association_recall_alpha(self) -> FloatArray:
        return _divided(self.recall_sum, self.true_positives)

    @property
    def association_precision_alpha(self) -> FloatArray:
        return _divided(self.precision_sum, self.true_positives)

    @property
    def hota_alpha(self) -> FloatArray:
        """Root of DetA times AssA."""
        return np.asarray(np.sqrt(self.deta_alpha * self.assa_alpha))

    @property
    def loca_alpha(self) -> FloatArray:
        """Mean overlap of the true positives; 1 without any, as in TrackEval."""
        return np.where(self.true_positives > 0, _divided(self.iou_sum, self.true_positives), 1.0)

    @property
    def hota(self) -> float:
        return self._mean(self.hota_alpha)

    @property
    def deta(self) -> float:
        return self._mean(self.deta_alpha)

    @property
    def assa(self) -> float:
        return self._mean(self.assa_alpha)

    @property
    def loca(self) -> float:
        return self._mean(self.loca_alpha)

    def _mean(self, values: FloatArray) -> float:
        """Over alpha; NaN for a sequence without any box."""
        anything = self.true_positives[0] + self.false_negatives[0] + self.false_positives[0]
        return float(values.mean()) if anything else float("nan")


@dataclass(frozen=True, eq=False)
class HotaMatches:
    """The assignment of all frames before any alpha cuts it: rows of both tables (m,) and their overlap."""

    truth_rows: IntArray
    found_rows: IntArray
    iou: FloatArray


@dataclass(frozen=True)
class AssociationPair:
    """A true identity and a tracker id that are matched at one alpha: TPA frames together, FNA and FPA without."""

    truth: int
    found: int
    together: int
    only_truth: int
    only_found: int

    @property
    def accuracy(self) -> float:
        """A(c) = TPA / (TPA + FNA + FPA), the same for every match of the pair."""
        return self.together / (self.together + self.only_truth + self.only_found)


def hota(overlaps: Overlaps) -> tuple[Hota, HotaMatches]:
    """The counts at every alpha, and the assignment that they cut."""
    matches = hota_matches(overlaps)
    truth_total, found_total = len(overlaps.truth_places), len(overlaps.found_places)
    columns: list[tuple[float, ...]] = []
    for alpha in ALPHAS:
        _pairs, counts, of_truth, of_found = _pair_counts(overlaps, matches, float(alpha))
        right = int(counts.sum())
        union = of_truth + of_found - counts
        columns.append(
            (
                right,
                truth_total - right,
                found_total - right,
                float((counts * (counts / np.maximum(union, 1))).sum()),
                float((counts * (counts / np.maximum(of_truth, 1))).sum()),
                float((counts * (counts / np.maximum(of_found, 1))).sum()),
                float(matches.iou[matches.iou >= alpha - EPSILON].sum()),
            )
        )
    table = np.array(columns).T
    return Hota(*(row.astype(np.int64) for row in table[:3]), *table[3:]), matches


def association_pairs(overlaps: Overlaps, matches: HotaMatches, alpha: float) -> list[AssociationPair]:
    """Every pair of identities that is matched in some frame at this alpha, most frames first."""
    pairs, counts, of_truth, of_found = _pair_counts(overlaps, matches, alpha)
    width = max(len(overlaps.found_ids), 1)
    found = [
        AssociationPair(
            int(overlaps.truth_ids[pair // width]),
            int(overlaps.found_ids[pair % width]),
            int(count),
            int(truth - count),
            int(other - count),
        )
        for pair, count, truth, other in zip(pairs, counts, of_truth, of_found, strict=True)
    ]
    return sorted(found, key=lambda pair: -pair.together)


def hota_matches(overlaps: Overlaps) -> HotaMatches:
    """One assignment a frame by (overlap of the whole tracks) * (overlap of the boxes)."""
    alignment = _alignment(overlaps)
    parts = []
    for frame in overlaps:
        if not frame.iou.size:
            continue
        score = alignment[np.ix_(frame.truth_places, frame.found_places)] * frame.iou
        at, of = linear_sum_assignment(-score)
        parts.append((frame.truth_rows[at], frame.found_rows[of], frame.iou[at, of]))
    none = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    truth_rows, found_rows, iou = (np.concatenate(each) for each in zip(none, *parts, strict=True))
    return HotaMatches(truth_rows, found_rows, iou)


def _alignment(overlaps: Overlaps) -> FloatArray:
    """(identities, tracker ids): soft Jaccard of whole tracks, each overlap shared among its rivals of the frame."""
    by_truth = np.bincount(overlaps.truth_rows, overlaps.iou, minlength=len(overlaps.truth_places))
    by_found = np.bincount(overlaps.found_rows, overlaps.iou, minlength=len(overlaps.found_places))
    rivals = by_truth[overlaps.truth_rows] + by_found[overlaps.found_rows] - overlaps.iou
    soft = np.divide(overlaps.iou, rivals, out=np.zeros_like(overlaps.iou), where=rivals > EPSILON)
    potential = np.zeros((len(overlaps.truth_ids), len(overlaps.found_ids)))
    places = overlaps.truth_places[overlaps.truth_rows], overlaps.found_places[overlaps.found_rows]
    np.add.at(potential, places, soft)
    return potential / (overlaps.truth_counts[:, None] + overlaps.found_counts[None, :] - potential)


def _pair_counts(
    overlaps: Overlaps, matches: HotaMatches, alpha: float
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Pairs of identities matched at alpha (as one number each), their matches, and the boxes of either identity."""
    keep = matches.iou >= alpha - EPSILON
    truth = overlaps.truth_places[matches.truth_rows[keep]]
    found = overlaps.found_places[matches.found_rows[keep]]
    width = max(len(overlaps.found_ids), 1)
    pairs, counts = np.unique(truth * width + found, return_counts=True)
    return pairs, counts, overlaps.truth_counts[pairs // width], overlaps.found_counts[pairs % width]


def _divided(top: FloatArray | IntArray, bottom: IntArray) -> FloatArray:
    return np.asarray(top / np.maximum(bottom, 1), dtype=np.float64)
