"""Which of many vectors are nearest to a query? Exact search by cosine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from vizcore.results import FloatArray, expect_shape
from vizcore.similarity.shortlist import RoughRows, rough_dtype

QUERIES_AT_ONCE = 256  # a block of scores stays near 100 MB for 100,000 vectors
PAIRS_AT_ONCE = 8192  # of a query and a vector whose cosine is taken exactly
CROWD = 200  # candidates for each neighbour asked for, beyond which rough scores decide too little


@dataclass(frozen=True, eq=False)
class Neighbours:
    """ids (Q, K) of the stored vectors, nearest first, and their cosines (Q, K), float64. Equal ones by lower id."""

    ids: NDArray[np.int64]
    scores: FloatArray


class ExactIndex:
    """Vectors normalised once and kept together: one rough product finds candidates, exact cosines decide.

    Cosines of candidates are taken in float64, so that ids are exact, and equal vectors come in the order in which
    they were stored.
    """

    def __init__(self, vectors: FloatArray, dtype: torch.dtype | None = None) -> None:
        """vectors: (n, D), finite; a zero vector has the cosine 0 with everything. dtype: of the rough product."""
        expect_shape("vectors", vectors, (None, None))
        self._rows = _unit(vectors)
        self._exact = RoughRows(self._rows, torch.float32)
        self._rough = RoughRows(self._rows, dtype or rough_dtype())

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def dimension(self) -> int:
        return int(self._rows.shape[1])

    @torch.inference_mode()
    def search(self, queries: FloatArray, count: int) -> Neighbours:
        """queries: (D,) or (Q, D). count: K; as many neighbours as there are vectors at most."""
        batch = queries[None] if queries.ndim == 1 else queries
        expect_shape("queries", batch, (None, self.dimension))
        if count < 1:
            raise ValueError(f"expected at least 1 neighbour, got {count}")
        count = min(count, len(self))
        rows = _unit(batch)
        ids, scores = np.empty((len(rows), count), np.int64), np.empty((len(rows), count))
        for start in range(0, len(rows) if count else 0, QUERIES_AT_ONCE):
            part = slice(start, start + QUERIES_AT_ONCE)
            ids[part], scores[part] = self._search_block(rows[part], count)
        return Neighbours(ids, scores)

    def _search_block(self, queries: torch.Tensor, count: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        of_query, rows = self._rough.shortlist(queries, count)
        if len(rows) > CROWD * count * len(queries) and not self._rough.exact:
            of_query, rows = self._exact.shortlist(queries, count)
        scores = self._cosines(queries, of_query, rows, torch.float32)
        place, order = _places(of_query.numpy(), rows.numpy(), scores)
        last = scores[order][place == count - 1]  # (Q,), of each query's last neighbour so far
        near = torch.from_numpy(scores >= last[of_query.numpy()] - 2 * self._exact.largest_error(queries))
        of_query, rows = of_query[near], rows[near]
        exact = self._cosines(queries, of_query, rows, torch.float64)
        place, order = _places(of_query.numpy(), rows.numpy(), exact)
        winners = order[place < count]
        ids: NDArray[np.int64] = rows.numpy()[winners].reshape(-1, count)
        return ids, exact[winners].astype(np.float64).reshape(-1, count)

    def _cosines(
        self, queries: torch.Tensor, of_query: torch.Tensor, rows: torch.Tensor, dtype: torch.dtype
    ) -> NDArray[np.floating]:
        """Cosine (P,) of each pair of a query and a row."""
        found = [
            _pair_cosines(self._rows[rows[start:end]].to(dtype), queries[of_query[start:end]].to(dtype))
            for start, end in ((start, start + PAIRS_AT_ONCE) for start in range(0, len(rows), PAIRS_AT_ONCE))
        ]
        return torch.cat(found).numpy()


def _pair_cosines(rows: torch.Tensor, queries: torch.Tensor) -> torch.Tensor:
    """rows, queries (P, D) -> (P,); in float64 lengths are taken anew, since float32 rows are a little off 1."""
    products = (rows * queries).sum(1)
    if rows.dtype == torch.float64:
        lengths = torch.linalg.vector_norm(rows, dim=1) * torch.linalg.vector_norm(queries, dim=1)
        products = products / torch.where(lengths > 0, lengths, 1.0)
    return products.clamp(-1, 1)


def _places(
    of_query: NDArray[np.int64], rows: NDArray[np.int64], scores: NDArray[np.floating]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The order of the pairs by query, then score, then row, and in that order the place within the query, from 0."""
    order = np.lexsort((rows, -scores, of_query))
    sorted_queries = of_query[order]
    begins = np.searchsorted(sorted_queries, sorted_queries)  # where each pair's query begins
    return np.arange(len(order)) - begins, order


def _unit(vectors: FloatArray) -> torch.Tensor:
    """(n, D) float32 rows of length 1, contiguous; ValueError for NaN or infinity."""
    rows = torch.from_numpy(np.array(vectors, dtype=np.float32, order="C"))
    lengths = torch.linalg.vector_norm(rows, dim=1, keepdim=True, dtype=torch.float64)
    if not torch.isfinite(lengths).all():
        raise ValueError("expected finite vectors, got NaN or infinity")
    return rows.div_(torch.where(lengths > 0, lengths, 1.0))
