"""Does a probability of 0.8 mean that 8 of 10 are right? Bins of equal width or equal mass, and their edges' rules."""

from __future__ import annotations

from typing import Literal

import numpy as np

from vizcore.metrics.classification.dataset import BoolArray, IntArray, ScoreSet
from vizcore.metrics.detection.calibration import Calibration
from vizcore.results import FloatArray

BINS = 15
Strategy = Literal["width", "mass"]
Closed = Literal["right", "left", "extra"]


def confidence_and_right(data: ScoreSet) -> tuple[FloatArray, BoolArray]:
    """What calibration compares. Exclusive classes: the best class's probability, and whether it is the true one
    (top-label). Otherwise the probability of each label, and whether it is true, all labels together.
    """
    if data.kind == "multiclass":
        best = data.scores.argmax(axis=1)
        rows = np.arange(len(data))
        return data.scores[rows, best], data.truth[rows, best]
    return data.scores.ravel(), data.truth.ravel()


def calibration_of(
    data: ScoreSet, bins: int = BINS, *, strategy: Strategy = "width", closed: Closed = "right"
) -> Calibration:
    """ECE of a set: the mean gap between confidence and share that is right, weighted by the bins' counts."""
    confidence, right = confidence_and_right(data)
    return calibration(confidence, right, bins, strategy=strategy, closed=closed)


def calibration(
    confidence: FloatArray,
    right: BoolArray,
    bins: int = BINS,
    *,
    strategy: Strategy = "width",
    closed: Closed = "right",
) -> Calibration:
    """Sorted into bins of equal width, or with about equally many examples each (Naeini 2015; Guo et al. 2017).

    closed: "right": (0, .1], and 0 with the first; "left": [0, .1), and 1 with the last; "extra": as "left", but 1.0
    in a bin beyond the last, which is what torchmetrics issue 3510 describes. confidence, right (n,).
    """
    valid = (confidence >= 0) & (confidence <= 1)
    edges = _edges(confidence[valid], bins, strategy)
    if closed == "extra":
        edges = np.r_[edges[:-1], 1.0]  # bins of equal mass end at the largest confidence
    count = len(edges) - 1
    if closed == "right":
        place = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, count - 1)
    else:
        place = np.clip(np.searchsorted(edges, confidence, side="right") - 1, 0, count - (closed == "left"))
    if closed == "extra":
        edges, count = np.r_[edges, edges[-1] + 1 / count], count + 1
    bin_of = np.where(valid, place, -1)
    inside = bin_of[valid]
    counts = np.bincount(inside, minlength=count)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(inside, confidence[valid], minlength=count) / counts
        share = np.bincount(inside, right[valid].astype(float), minlength=count) / counts
    gaps = np.abs(share - mean)[counts > 0]
    weights = counts[counts > 0] / max(1, counts.sum())
    error = float((gaps * weights).sum()) if len(gaps) else None
    largest = float(gaps.max()) if len(gaps) else None
    return Calibration(edges, counts, mean, share, bin_of, error, largest, int((~valid).sum()))


def _edges(confidence: FloatArray, bins: int, strategy: Strategy) -> FloatArray:
    if strategy == "width" or not len(confidence):
        return np.arange(bins + 1) / bins  # the nearest to 0.3, which linspace misses
    found = np.unique(np.quantile(confidence, np.linspace(0, 1, bins + 1)))
    return found if len(found) > 1 else np.array([max(0.0, found[0] - 1e-9), found[0]])


def rows_of_bin(data: ScoreSet, found: Calibration, cell: int) -> IntArray:
    """The examples with a confidence in this bin, each once, in their order; found: the calibration of this set."""
    places = np.flatnonzero(found.bin_of == cell)
    return np.unique(places if data.kind == "multiclass" else places // len(data.labels))


def on_an_edge(data: ScoreSet, edges: FloatArray) -> int:
    """How many confidences lie exactly on an edge but the first: the rule of edges can move only these."""
    return int(np.isin(confidence_and_right(data)[0], edges[1:]).sum())
