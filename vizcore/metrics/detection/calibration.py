"""Does a score of 0.8 mean that 8 of 10 such detections are right?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from vizcore.metrics.detection.dataset import IntArray
from vizcore.metrics.detection.match_result import MatchResult
from vizcore.results import FloatArray

BINS = 10
NEARLY = 0.02  # a mean gap below this is not worth a word


@dataclass(frozen=True, eq=False)
class Calibration:
    """Detections sorted into bins of equal width by their score, (b,) each.

    counts; confidence: mean score; precision: share that is right (both NaN in an empty bin). bin_of (k,): bin of each
    judged detection. error: expected calibration error, the mean of |precision - confidence| weighted by the counts;
    None without a detection. largest: the largest gap of a bin. outside: detections whose score is no probability.
    """

    edges: FloatArray
    counts: IntArray
    confidence: FloatArray
    precision: FloatArray
    bin_of: IntArray
    error: float | None
    largest: float | None
    outside: int

    @property
    def gaps(self) -> FloatArray:
        """(b,): |precision - confidence|; NaN in an empty bin."""
        gaps: FloatArray = np.abs(self.precision - self.confidence)
        return gaps


def calibration(match_result: MatchResult, bins: int = BINS) -> Calibration:
    """ECE (Naeini 2015) of the detections: what is right is what the judgement's IoU threshold says is right.

    Missed objects have no score, so that a detector that finds little can be perfectly calibrated.
    """
    scores = match_result.scores
    edges = np.arange(bins + 1) / bins  # the nearest to 0.3, which linspace misses
    valid = (scores >= 0) & (scores <= 1)
    bin_of = np.where(valid, np.clip(np.searchsorted(edges, scores, side="right") - 1, 0, bins - 1), -1)
    inside = bin_of[valid]
    counts = np.bincount(inside, minlength=bins)
    with np.errstate(invalid="ignore"):
        confidence = np.bincount(inside, scores[valid], minlength=bins) / counts
        precision = np.bincount(inside, match_result.right[valid], minlength=bins) / counts
    gaps = np.abs(precision - confidence)[counts > 0]
    weights = counts[counts > 0] / max(1, counts.sum())
    error = float((gaps * weights).sum()) if len(gaps) else None
    largest = float(gaps.max()) if len(gaps) else None
    return Calibration(edges, counts, confidence, precision, bin_of, error, largest, int((~valid).sum()))


@dataclass(frozen=True)
class KeptPromise:
    """promised: mean score of the detections whose score is a probability; right: which share of them is right."""

    promised: float
    right: float

    @property
    def verdict(self) -> Literal["kept", "too sure", "too modest"]:
        """Kept where both differ by less than `NEARLY`."""
        gap = self.promised - self.right
        if abs(gap) < NEARLY:
            return "kept"
        return "too sure" if gap > 0 else "too modest"


def kept_promise(match_result: MatchResult, found: Calibration) -> KeptPromise:
    """Of all bins together; NaN where no detection lies in one."""
    inside = found.bin_of >= 0
    return KeptPromise(float(match_result.scores[inside].mean()), float(match_result.right[inside].mean()))
