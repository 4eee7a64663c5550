"""Which of many vectors are nearest to a query? Exact search by cosine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from vizcore.results import FloatArray, expect_shape

QUERIES_AT_ONCE = 256  # a block of scores stays near 100 MB for 100,000 vectors
CLOSE = 1e-6  # float32 scores this near to each other are compared again in float64


@dataclass(frozen=True, eq=False)
class Neighbours:
    """ids (Q, K) of the stored vectors, nearest first, and their cosines (Q, K), float64. Equal ones by lower id."""

    ids: NDArray[np.int64]
    scores: FloatArray


class ExactIndex:
    """Vectors normalised once and kept together, so that one query reads memory once and many are one product.

    Scores are computed in float32; those that could be among the first K are compared again in float64, so that ids
    are exact, and equal vectors come in the order in which they were stored.
    """

    def __init__(self, vectors: FloatArray) -> None:
        """vectors: (n, D), finite; a zero vector has the cosine 0 with everything."""
        expect_shape("vectors", vectors, (None, None))
        self._rows = _unit(vectors)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def dimension(self) -> int:
        return int(self._rows.shape[1])

    @torch.inference_mode()
    def search(self, queries: FloatArray, count: int) -> Neighbours:
        """queries: (D,) or (Q, D). count: K, at most as many as there are vectors are given."""
        batch = queries[None] if queries.ndim == 1 else queries
        expect_shape("queries", batch, (None, self.dimension))
        if count < 1:
            raise ValueError(f"expected at least 1 neighbour, got {count}")
        rows = _unit(batch)
        count = min(count, len(self))
        starts = range(0, len(rows), QUERIES_AT_ONCE)
        blocks = [self._search_block(rows[start : start + QUERIES_AT_ONCE], count) for start in starts]
        ids = np.concatenate([block[0] for block in blocks]) if blocks else np.empty((0, count), np.int64)
        scores = np.concatenate([block[1] for block in blocks]) if blocks else np.empty((0, count))
        return Neighbours(ids, scores)

    def _search_block(self, queries: torch.Tensor, count: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        single = len(queries) == 1
        scores = (self._rows @ queries[0])[None] if single else queries @ self._rows.T  # (Q, n)
        best = scores.topk(min(count + 1, len(self)), dim=1)
        found = [
            self._exact(query, row, top, count) for query, row, top in zip(queries, scores, best.indices, strict=True)
        ]
        return np.stack([ids for ids, _ in found]), np.stack([values for _, values in found])

    def _exact(
        self, query: torch.Tensor, scores: torch.Tensor, candidates: torch.Tensor, count: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Ids and float64 cosines of one query's first `count`, from candidates (count + 1,) of its scores (n,)."""
        if len(candidates) > count:
            last, beyond = scores[candidates[-2]], scores[candidates[-1]]
            if last - beyond <= CLOSE:  # others may belong in front of the last one
                candidates = (scores >= last - CLOSE).nonzero()[:, 0]
        exact = _cosines(self._rows[candidates].double(), query.double()).numpy()
        ids = candidates.numpy()
        order = np.lexsort((ids, -exact))[:count]
        return ids[order], exact[order]


def _cosines(rows: torch.Tensor, query: torch.Tensor) -> torch.Tensor:
    """rows (n, D), query (D,) -> (n,); lengths are taken anew, since float32 rows of length 1 are a little off."""
    lengths = torch.linalg.vector_norm(rows, dim=1) * torch.linalg.vector_norm(query)
    return ((rows * query).sum(1) / torch.where(lengths > 0, lengths, 1.0)).clamp(-1, 1)


def _unit(vectors: FloatArray) -> torch.Tensor:
    """(n, D) float32 rows of length 1, contiguous; ValueError for NaN or infinity."""
    rows = torch.from_numpy(np.array(vectors, dtype=np.float32, order="C"))
    lengths = torch.linalg.vector_norm(rows, dim=1, keepdim=True, dtype=torch.float64)
    if not torch.isfinite(lengths).all():
        raise ValueError("expected finite vectors, got NaN or infinity")
    return rows.div_(torch.where(lengths > 0, lengths, 1.0))
