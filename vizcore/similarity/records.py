"""What is taken away from a gallery: a ranking, a map or retrieval scores, with the provenance of their vectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.results import FloatArray, Provenance, Result, expect_shape
from vizcore.similarity.directions import similarity_matrix
from vizcore.similarity.retrieval import ranked


@dataclass(frozen=True, eq=False)
class RankingRecord(Result):
    """paths and cosines of a gallery's pictures, most alike to the query first."""

    query: str
    paths: tuple[str, ...]
    cosines: FloatArray

    def validate(self) -> None:
        expect_shape("cosines", self.cosines, (len(self.paths),))


@dataclass(frozen=True, eq=False)
class MapRecord(Result):
    """points (n, 2 or 3) of a gallery's pictures; shares: of the variance for each axis, None where axes mean none."""

    method: str
    paths: tuple[str, ...]
    labels: tuple[str, ...]
    points: FloatArray
    shares: tuple[float, ...] | None

    def validate(self) -> None:
        expect_shape("points", self.points, (len(self.paths), None))


@dataclass(frozen=True, eq=False)
class RetrievalRecord(Result):
    """The means over all queries, and (Q,) numbers of each: as in `RetrievalScores`."""

    recall_at: Mapping[str, float]
    mean_average_precision: float
    mean_average_precision_at_r: float
    paths: tuple[str, ...]
    average_precisions: FloatArray
    at_r: FloatArray
    first_hits: NDArray[np.int64]
    without_match: int

    def validate(self) -> None:
        for name in ("average_precisions", "at_r", "first_hits"):
            expect_shape(name, getattr(self, name), (len(self.paths),))


def of_operation(provenance: Provenance, operation: str, seed: int | None = None, **settings: Any) -> Provenance:
    """The vectors' provenance for what was made of them: its operation, its settings beside theirs, its seed."""
    return replace(provenance, operation=operation, settings={**provenance.settings, **settings}, seed=seed)


def hit_places(vectors: FloatArray, labels: tuple[str, ...], query: int) -> NDArray[np.int64]:
    """Places, from 1, at which the others of the query's class stand in its ranking: what AP is computed from."""
    others = np.arange(len(labels)) != query
    relevant = np.array([label == labels[query] != "" for label in labels])[others]
    order = ranked(similarity_matrix(vectors)[query][others], relevant)
    places: NDArray[np.int64] = np.flatnonzero(relevant[order]) + 1
    return places
