"""What did a method answer about the photos that were kept back, and how sure is that?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.learning.old_classes import Forgetting
from vizcore.metrics.proportion import wilson_interval
from vizcore.results import FloatArray, Result, expect_shape


@dataclass(frozen=True, eq=False)
class Taught(Result):
    """One method's answers on one split.

    rows (t,): the test photos' places among all photos; truth (t,), probabilities (t, C). validation_truth and
    validation_probabilities: the same of the photos that choices were made on. counts: photos a part.
    curves: values after each epoch or iteration, by name (loss, accuracy, validation_loss, validation_accuracy).
    best: the place in the curves whose weights were kept. parameters: the learnt numbers by name; see
    `vizcore.learning.taught`. seconds: of learning alone. forgetting: what the backbone with its old head still knows,
    where it changed and was asked.
    """

    method: str
    backbone: str
    labels: tuple[str, ...]
    rows: NDArray[np.int64]
    truth: NDArray[np.int64]
    probabilities: FloatArray
    validation_truth: NDArray[np.int64]
    validation_probabilities: FloatArray
    counts: Mapping[str, int]
    curves: Mapping[str, tuple[float, ...]]
    best: int
    parameters: Mapping[str, FloatArray]
    seconds: float
    forgetting: Forgetting | None = None

    def validate(self) -> None:
        expect_shape("truth", self.truth, (len(self.rows),))
        expect_shape("probabilities", self.probabilities, (len(self.rows), len(self.labels)))
        expect_shape("validation_probabilities", self.validation_probabilities, (len(self.validation_truth), None))

    @property
    def predicted(self) -> NDArray[np.int64]:
        """(t,): the most probable class; the first of equal ones."""
        return np.asarray(self.probabilities.argmax(axis=1), np.int64)

    @property
    def right(self) -> int:
        return int((self.predicted == self.truth).sum())

    @property
    def accuracy(self) -> float:
        return self.right / len(self.truth)

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the accuracy (Wilson)."""
        return wilson_interval(self.right, len(self.truth))

    @property
    def confusion(self) -> NDArray[np.int64]:
        """(C, C): rows the truth, columns the answer."""
        return confusion_matrix(self.truth, self.predicted, len(self.labels))

    @property
    def macro_f1(self) -> float:
        """Mean of the classes' F1; a class that is neither there nor answered counts 0."""
        return float(np.mean(f1_scores(self.confusion)))


def confusion_matrix(truth: NDArray[np.int64], predicted: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """(count, count): rows the truth, columns the answer."""
    matrix: NDArray[np.int64] = np.bincount(truth * count + predicted, minlength=count * count).reshape(count, count)
    return matrix


def f1_scores(matrix: NDArray[np.int64]) -> NDArray[np.float64]:
    """(C,): 2 TP / (2 TP + FP + FN) of each class, 0 where there is nothing to divide by."""
    hits = np.diag(matrix)
    all_of = matrix.sum(axis=0) + matrix.sum(axis=1)
    return np.asarray(np.divide(2 * hits, all_of, out=np.zeros(len(matrix)), where=all_of > 0))
