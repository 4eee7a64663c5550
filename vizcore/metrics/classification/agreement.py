"""How often is the answer right when exactly one class is: accuracy, top-k, balanced accuracy, confusion?"""

from __future__ import annotations

from typing import Literal

import numpy as np

from vizcore.metrics.classification.dataset import BoolArray, IntArray, ScoreSet
from vizcore.results import FloatArray

Ties = Literal["first", "last"]


def confusion_matrix(truth: IntArray, predicted: IntArray, classes: int) -> IntArray:
    """truth, predicted (n,): class rows -> counts (c, c), rows are the truth."""
    return np.bincount(truth * classes + predicted, minlength=classes * classes).reshape(classes, classes)


def confusion_of(data: ScoreSet) -> IntArray:
    """Of a multiclass set, the best class answering."""
    return confusion_matrix(data.truth.argmax(axis=1), data.scores.argmax(axis=1), len(data.labels))


def busiest(matrix: IntArray, most: int) -> list[int]:
    """Rows of the `most` classes with the most entries as truth and as answer, in their own order. matrix (c, c)."""
    busy = matrix.sum(axis=0) + matrix.sum(axis=1)
    return sorted(np.argsort(-busy, kind="stable")[:most].tolist())


def top_k_accuracy(scores: FloatArray, truth: IntArray, k: int, ties: Ties = "first") -> float:
    """Share of rows whose true class is among the k best. scores (n, c), truth (n,): class rows. NaN for no row.

    ties: of equal scores the first label is the better one, as for the answer itself (and in torchmetrics), or the
    last one, as in scikit-learn's `top_k_accuracy_score`.
    """
    if not len(scores):
        return float("nan")
    own = scores[np.arange(len(scores)), truth][:, None]
    before = np.arange(scores.shape[1])[None, :] < truth[:, None]
    wins_ties = before if ties == "first" else ~before & (np.arange(scores.shape[1])[None, :] != truth[:, None])
    better = (scores > own) | ((scores == own) & wins_ties)
    return float((better.sum(axis=1) < k).mean())


def balanced_accuracy(matrix: IntArray) -> float:
    """Mean recall over the classes that have examples; NaN for none."""
    support = matrix.sum(axis=1)
    present = support > 0
    return float((np.diag(matrix)[present] / support[present]).mean()) if present.any() else float("nan")


def wholly_right(truth: BoolArray, predicted: BoolArray) -> int:
    """(n, c) each -> how many examples have every label right: subset accuracy before it is divided by n."""
    return int((truth == predicted).all(axis=1).sum())


def taken_for(data: ScoreSet, truth: int, found: int) -> IntArray:
    """Rows of the examples of one class whose best score is another one's (or its own), the surest first."""
    rows = np.flatnonzero(data.truth[:, truth] & (data.scores.argmax(axis=1) == found))
    return rows[np.argsort(-data.scores[rows, found], kind="stable")]
