"""How do scores rank the examples of one yes-or-no question: ROC and precision-recall, their areas, any threshold?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vizcore.metrics.classification.counts import Counts
from vizcore.metrics.classification.dataset import BoolArray, IntArray
from vizcore.results import FloatArray


@dataclass(frozen=True, eq=False)
class Ranking:
    """One entry for each different score, highest first, (k,): examples with at least this score that are positive
    (tp) and negative (fp). Examples with equal scores can only be taken together.
    """

    thresholds: FloatArray
    tp: IntArray
    fp: IntArray
    positives: int
    negatives: int

    @property
    def prevalence(self) -> float:
        """Share of positives: the precision of a coin, hence the baseline of precision and recall. NaN for nothing."""
        total = self.positives + self.negatives
        return self.positives / total if total else float("nan")

    @property
    def first_precision(self) -> float | None:
        """Of the examples with the highest score; None without an example."""
        return float(self.tp[0] / (self.tp[0] + self.fp[0])) if len(self.thresholds) else None

    def costs(self, miss: float, alarm: float) -> FloatArray:
        """(k,): miss for each false negative, alarm for each false positive, at each threshold."""
        costs: FloatArray = miss * (self.positives - self.tp) + alarm * self.fp
        return costs

    def counts_at(self, threshold: float) -> Counts:
        """What is right and wrong when every score >= threshold counts as positive."""
        taken = int(np.searchsorted(-self.thresholds, -threshold, side="right"))
        tp, fp = (int(self.tp[taken - 1]), int(self.fp[taken - 1])) if taken else (0, 0)
        return Counts(tp, fp, self.positives - tp, self.negatives - fp)


def rank(truth: BoolArray, scores: FloatArray, weights: IntArray | None = None) -> Ranking:
    """truth (n,), scores (n,), finite. weights (n,): how often each example counts (once by default)."""
    order = np.argsort(-scores, kind="stable")
    times = np.ones(len(scores), np.int64) if weights is None else weights[order]
    right = truth[order] * times
    ordered = scores[order]
    last = np.flatnonzero(np.r_[ordered[1:] != ordered[:-1], True][: len(ordered)])
    tp = np.cumsum(right)[last]
    everyone = np.cumsum(times)[last]
    total = int(everyone[-1]) if len(last) else 0
    positives = int(tp[-1]) if len(last) else 0
    return Ranking(ordered[last], tp, everyone - tp, positives, total - positives)


@dataclass(frozen=True)
class Cheapest:
    """threshold: the highest of the cheapest ones, None where it costs less to call nothing positive. cost: of it.

    theory: what is best on calibrated scores, alarm / (alarm + miss); None where nothing costs anything.
    """

    threshold: float | None
    cost: float
    theory: float | None


def cheapest(ranking: Ranking, miss: float, alarm: float) -> Cheapest | None:
    """Where misses and alarms cost least together (Elkan 2001, equation 2); None without an example."""
    if not len(ranking.thresholds):
        return None
    costs, nobody = ranking.costs(miss, alarm), miss * ranking.positives
    best = int(np.argmin(costs))
    theory = alarm / (alarm + miss) if alarm + miss else None
    if nobody < costs[best]:
        return Cheapest(None, float(nobody), theory)
    return Cheapest(float(ranking.thresholds[best]), float(costs[best]), theory)


def examples_of_cell(truth: BoolArray, scores: FloatArray, threshold: float, cell: str) -> IntArray:
    """Rows of the examples in one cell of the matrix ("tp", "fp", "fn", "tn"), those first that are most surely there:
    the highest scores of what is called positive, the lowest of the rest."""
    called = scores >= threshold
    rows = np.flatnonzero((truth if cell in ("tp", "fn") else ~truth) & (called if cell in ("tp", "fp") else ~called))
    return rows[np.argsort(-scores[rows] if cell in ("tp", "fp") else scores[rows], kind="stable")]


def roc_points(ranking: Ranking) -> tuple[FloatArray, FloatArray, FloatArray]:
    """False positive rate, true positive rate and threshold, (k + 1,) each, from (0, 0) at infinity on.

    NaN where there is no negative, or no positive, example.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        fpr = np.r_[0, ranking.fp] / np.float64(ranking.negatives)
        tpr = np.r_[0, ranking.tp] / np.float64(ranking.positives)
    return fpr, tpr, np.r_[np.inf, ranking.thresholds]


def roc_auc(ranking: Ranking) -> float:
    """Area under the ROC curve: the chance that a positive scores higher than a negative, equal scores counting half.

    NaN unless both classes are present.
    """
    if not ranking.positives or not ranking.negatives:
        return float("nan")
    fpr, tpr, _thresholds = roc_points(ranking)
    return float(np.trapezoid(tpr, fpr))


def precision_recall_points(ranking: Ranking) -> tuple[FloatArray, FloatArray]:
    """Precision and recall at each threshold, (k,), highest threshold first; recall is NaN without a positive."""
    precision = ranking.tp / (ranking.tp + ranking.fp)
    with np.errstate(invalid="ignore", divide="ignore"):
        recall = ranking.tp / np.float64(ranking.positives)
    return precision, recall


def average_precision(ranking: Ranking) -> float:
    """Area under the steps: each gain of recall times the precision there. NaN without a positive.

    No straight lines between the points: precision does not change linearly with recall (Davis & Goadrich 2006).
    """
    if not ranking.positives:
        return float("nan")
    precision, recall = precision_recall_points(ranking)
    return float(np.sum(np.diff(np.r_[0.0, recall]) * precision))


def trapezoid_area(ranking: Ranking) -> float:
    """The area by straight lines, from scikit-learn's added point (recall 0, precision 1): for comparison only."""
    if not ranking.positives:
        return float("nan")
    precision, recall = precision_recall_points(ranking)
    return float(np.trapezoid(np.r_[1.0, precision], np.r_[0.0, recall]))
