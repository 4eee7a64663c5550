"""Four counts of one yes-or-no question at one threshold, and the ratios made of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NAN = float("nan")


@dataclass(frozen=True)
class Counts:
    """tp, fp, fn, tn: right and wrong alarms, missed and rightly left. A ratio over nothing is NaN."""

    tp: int
    fp: int
    fn: int
    tn: int

    @property
    def total(self) -> int:
        return self.tp + self.fp + self.fn + self.tn

    @property
    def queue(self) -> int:
        """How many examples are called positive: what somebody then has to look at."""
        return self.tp + self.fp

    @property
    def precision(self) -> float:
        return _ratio(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float:
        """Also sensitivity, and the true positive rate of ROC."""
        return _ratio(self.tp, self.tp + self.fn)

    @property
    def false_positive_rate(self) -> float:
        return _ratio(self.fp, self.fp + self.tn)

    @property
    def accuracy(self) -> float:
        return _ratio(self.tp + self.tn, self.total)

    @property
    def balanced_accuracy(self) -> float:
        """Mean of the recalls of both classes; NaN when one of them has no example."""
        return (self.recall + _ratio(self.tn, self.tn + self.fp)) / 2

    @property
    def f1(self) -> float:
        """2 TP / (2 TP + FP + FN): defined, and 0, where nothing is called positive although precision is 0/0."""
        return _ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    @property
    def matrix(self) -> NDArray[np.int64]:
        """(2, 2): rows are the truth, columns what was called, negative first."""
        return np.array([[self.tn, self.fp], [self.fn, self.tp]])

    def cost(self, miss: float, alarm: float) -> float:
        """miss for each false negative, alarm for each false positive."""
        return miss * self.fn + alarm * self.fp


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else NAN
