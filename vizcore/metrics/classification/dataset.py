"""What is measured: scores of classes for examples, and which classes are true of each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vizcore.results import FloatArray, expect_shape

Kind = Literal["binary", "multiclass", "multilabel"]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.integer[Any]]
SUM_TOLERANCE = 1e-3  # by which the probabilities of one example may miss 1


@dataclass(frozen=True, eq=False)
class ScoreSet:
    """scores (n, c), truth (n, c): one column for each label. Higher means surer.

    binary: one column, of the positive class. multiclass: exactly one true class in a row. multilabel: any number.
    names (n,): what each example is called, or empty.
    """

    scores: FloatArray
    truth: BoolArray
    labels: tuple[str, ...]
    kind: Kind
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        expect_shape("scores", self.scores, (None, len(self.labels)))
        expect_shape("truth", self.truth, self.scores.shape)
        if self.kind == "binary" and len(self.labels) != 1:
            raise ValueError(f"expected one label for a binary question, got {len(self.labels)}")
        if self.kind == "multiclass" and not (self.truth.sum(axis=1) == 1).all():
            raise ValueError("expected exactly one true class in each row")
        if self.names and len(self.names) != len(self.scores):
            raise ValueError(f"expected {len(self.scores)} names, got {len(self.names)}")

    def __len__(self) -> int:
        return len(self.scores)

    @cached_property
    def are_probabilities(self) -> bool:
        """Whether all scores lie in [0, 1] and, where one class excludes the others, sum to 1 in each row."""
        inside = bool(((self.scores >= 0) & (self.scores <= 1)).all())
        if self.kind != "multiclass" or not inside:
            return inside
        return bool((np.abs(self.scores.sum(axis=1) - 1) <= SUM_TOLERANCE).all())

    @cached_property
    def support(self) -> IntArray:
        """True examples of each class, (c,)."""
        return np.asarray(self.truth.sum(axis=0))

    def at(self, rows: Any) -> ScoreSet:
        """The examples of these rows."""
        names = tuple(np.array(self.names, dtype=object)[rows]) if self.names else ()
        return ScoreSet(self.scores[rows], self.truth[rows], self.labels, self.kind, names)

    def with_scores(self, scores: FloatArray) -> ScoreSet:
        """The same examples, scored otherwise."""
        return ScoreSet(scores, self.truth, self.labels, self.kind, self.names)

    def predicted(self, thresholds: float | FloatArray = 0.5) -> BoolArray:
        """(n, c): the best class alone for multiclass (the first of equal ones), else every score >= its threshold."""
        if self.kind == "multiclass":
            answer = np.zeros(self.scores.shape, bool)
            if len(self):
                answer[np.arange(len(self)), self.scores.argmax(axis=1)] = True
            return answer
        return np.asarray(self.scores >= thresholds)
