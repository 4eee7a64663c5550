"""One number for several classes: precision, recall and F1 of each class, then macro, micro or weighted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from vizcore.metrics.classification.counts import Counts
from vizcore.metrics.classification.dataset import BoolArray, IntArray
from vizcore.results import FloatArray

Average = Literal["macro", "micro", "weighted"]
AVERAGES: tuple[Average, ...] = ("macro", "micro", "weighted")


@dataclass(frozen=True, eq=False)
class ClassCounts:
    """tp, fp, fn, tn of each class, (c,)."""

    tp: IntArray
    fp: IntArray
    fn: IntArray
    tn: IntArray

    @property
    def support(self) -> IntArray:
        """True examples of each class."""
        return np.asarray(self.tp + self.fn)

    def together(self) -> ClassCounts:
        """The sums over the classes, as one class: what micro averages are made of."""
        return ClassCounts(*(np.array([each.sum()]) for each in (self.tp, self.fp, self.fn, self.tn)))

    def of(self, row: int) -> Counts:
        """The four counts of one class."""
        return Counts(*(int(each[row]) for each in (self.tp, self.fp, self.fn, self.tn)))


def class_counts(truth: BoolArray, predicted: BoolArray) -> ClassCounts:
    """truth, predicted (n, c) -> counts of each class."""
    tp = (truth & predicted).sum(axis=0)
    fp = (~truth & predicted).sum(axis=0)
    fn = (truth & ~predicted).sum(axis=0)
    return ClassCounts(tp, fp, fn, len(truth) - tp - fp - fn)


@dataclass(frozen=True, eq=False)
class ClassScores:
    """precision, recall, f1 of each class, (c,); what is 0/0 has the value of `zero_division` (0, 1 or NaN)."""

    precision: FloatArray
    recall: FloatArray
    f1: FloatArray


def class_scores(counts: ClassCounts, zero_division: float = 0.0) -> ClassScores:
    """F1 is 2 TP / (2 TP + FP + FN), so that it is 0/0 only for a class that is neither true nor predicted."""
    return ClassScores(
        _ratio(counts.tp, counts.tp + counts.fp, zero_division),
        _ratio(counts.tp, counts.tp + counts.fn, zero_division),
        _ratio(2 * counts.tp, 2 * counts.tp + counts.fp + counts.fn, zero_division),
    )


def _ratio(part: IntArray, whole: IntArray, zero_division: float) -> FloatArray:
    result: FloatArray = np.full(len(part), float(zero_division))
    return np.divide(part, whole, out=result, where=whole > 0)


@dataclass(frozen=True)
class Averaged:
    """precision, recall, f1 of all classes, and over how many classes each of them was averaged (NaN ones are left
    out; a micro average counts all as one).
    """

    precision: float
    recall: float
    f1: float
    classes: tuple[int, int, int]


def averaged(counts: ClassCounts, how: Average, zero_division: float = 0.0) -> Averaged:
    """macro: every class weighs the same. weighted: as many as it has true examples. micro: of the summed counts."""
    found = class_scores(counts.together() if how == "micro" else counts, zero_division)
    weights = counts.support if how == "weighted" else np.ones(len(found.f1))
    values = [found.precision, found.recall, found.f1]
    known = [~np.isnan(each) for each in values]
    means = [_mean(each, weights) for each in values]
    return Averaged(means[0], means[1], means[2], (int(known[0].sum()), int(known[1].sum()), int(known[2].sum())))


def _mean(values: FloatArray, weights: FloatArray | IntArray) -> float:
    """As scikit-learn: NaN are passed over, and weights that are all 0 are ignored."""
    known = ~np.isnan(values)
    if not known.any():
        return float("nan")
    total = weights[known].sum()
    return float((values[known] * weights[known]).sum() / total) if total else float(values[known].mean())
