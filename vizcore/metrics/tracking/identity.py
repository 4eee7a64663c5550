"""IDF1: if every object may have one tracker id for the whole sequence, how many boxes are then right?

Ristani et al. 2016, counted as TrackEval 1.3 counts it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from vizcore.metrics.tracking.overlaps import Overlaps


@dataclass(frozen=True)
class IdentityPair:
    """A true identity and the tracker id that it is given for the whole sequence. shared: frames that both match in."""

    truth: int
    found: int
    shared: int
    truth_frames: int
    found_frames: int


@dataclass(frozen=True)
class Identity:
    """Counts over one assignment of whole tracks, and the pairs of that assignment."""

    id_true_positives: int
    id_false_negatives: int
    id_false_positives: int
    pairs: tuple[IdentityPair, ...] = ()

    @property
    def idf1(self) -> float:
        """2 IDTP / (2 IDTP + IDFP + IDFN); NaN without any box."""
        return _ratio(2 * self.id_true_positives, self.id_false_positives + self.id_false_negatives)

    @property
    def idp(self) -> float:
        """IDTP / tracked boxes; NaN without any."""
        return _ratio(self.id_true_positives, self.id_false_positives)

    @property
    def idr(self) -> float:
        """IDTP / true boxes; NaN without any."""
        return _ratio(self.id_true_positives, self.id_false_negatives)


def identity(overlaps: Overlaps, threshold: float = 0.5) -> Identity:
    """The assignment of whole tracks with the most frames at IoU >= threshold."""
    shape = len(overlaps.truth_ids), len(overlaps.found_ids)
    shared = np.zeros(shape, dtype=np.int64)
    near = overlaps.iou >= threshold
    places = overlaps.truth_places[overlaps.truth_rows[near]], overlaps.found_places[overlaps.found_rows[near]]
    np.add.at(shared, places, 1)
    at, of = linear_sum_assignment(-shared)
    chosen = shared[at, of] > 0
    pairs = tuple(
        IdentityPair(
            truth=int(overlaps.truth_ids[row]),
            found=int(overlaps.found_ids[column]),
            shared=int(shared[row, column]),
            truth_frames=int(overlaps.truth_counts[row]),
            found_frames=int(overlaps.found_counts[column]),
        )
        for row, column in zip(at[chosen], of[chosen], strict=True)
    )
    right = sum(pair.shared for pair in pairs)
    return Identity(right, len(overlaps.truth_places) - right, len(overlaps.found_places) - right, pairs)


def _ratio(right: int, wrong: int) -> float:
    return right / (right + wrong) if right + wrong else float("nan")
