"""How well does a model find pictures of the same class? Each picture asks, all others answer.

Every score counts, negative cosines too: only the order matters. Equal scores never help: among them the pictures of
other classes come first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.errors import ClassesMissing
from vizcore.results import FloatArray, expect_shape
from vizcore.similarity.directions import similarity_matrix
from vizcore.similarity.ranking import DIGITS


@dataclass(frozen=True, eq=False)
class RetrievalScores:
    """Of all pictures whose class another picture has too: `queries` (Q,), their numbers in the gallery.

    average_precisions, at_r: (Q,) AP of the whole ranking, and of its first R places, R = others of the query's class.
    first_hits: (Q,) place of the first picture of the class, from 1. without_match: pictures that could not ask.
    """

    queries: NDArray[np.int64]
    average_precisions: FloatArray
    at_r: FloatArray
    first_hits: NDArray[np.int64]
    without_match: int

    @property
    def mean_average_precision(self) -> float:
        return float(self.average_precisions.mean())

    @property
    def mean_average_precision_at_r(self) -> float:
        return float(self.at_r.mean())

    def recall_at(self, count: int) -> float:
        """Share of queries with at least one picture of their class among the first `count` (Jégou et al. 2011)."""
        return float((self.first_hits <= count).mean())


def average_precision(scores: FloatArray, relevant: NDArray[np.bool_], first: int | None = None) -> float:
    """Mean, over the relevant items, of the precision at their places: [.2, .3, .5], [1, 0, 1] -> 0.8333.

    first: R for AP@R (Musgrave et al. 2020): places after it count nothing, and R divides. NaN without relevant items.
    """
    expect_shape("relevant", relevant, scores.shape)
    hits = relevant.astype(bool)[ranked(scores, relevant)]
    divisor = int(hits.sum()) if first is None else first
    if not divisor or not hits.any():
        return float("nan")
    kept = hits[:first]
    precision = np.cumsum(kept) / np.arange(1, len(kept) + 1)
    return float((precision * kept).sum() / divisor)


def ranked(scores: FloatArray, relevant: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Places (n,) from the highest score to the lowest; among equal ones those that are not relevant first."""
    order: NDArray[np.int64] = np.lexsort((relevant.astype(bool), -np.round(scores, DIGITS)))
    return order


def evaluate_retrieval(vectors: FloatArray, labels: Sequence[str]) -> RetrievalScores:
    """vectors (n, D), one label each; "" is no class: such pictures never ask and are never relevant.

    ClassesMissing when no two pictures share a class.
    """
    names = np.array(labels, dtype=object)
    expect_shape("labels", names, (len(vectors),))
    matrix = similarity_matrix(vectors)
    found = [_one_query(matrix[i], names, i) for i in range(len(names)) if _matches(names, i).any()]
    if not found:
        raise ClassesMissing(pictures=len(names))
    queries, precisions, at_r, first_hits = zip(*found, strict=True)
    return RetrievalScores(
        np.array(queries), np.array(precisions), np.array(at_r), np.array(first_hits), len(names) - len(found)
    )


def _matches(names: NDArray[np.object_], query: int) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = (names == names[query]) & (names != "")
    same[query] = False
    return same


def _one_query(scores: FloatArray, names: NDArray[np.object_], query: int) -> tuple[int, float, float, int]:
    others = np.arange(len(names)) != query
    relevant, kept = _matches(names, query)[others], scores[others]
    first_hit = int(relevant[ranked(kept, relevant)].argmax()) + 1
    return query, average_precision(kept, relevant), average_precision(kept, relevant, int(relevant.sum())), first_hit
