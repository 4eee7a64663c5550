"""Which vectors could be among the nearest, seen from rough scores whose error is bounded?

Rough scores are several times cheaper than exact ones: bfloat16 halves the memory that is read, and processors that
have it multiply it faster. No true neighbour is ever left out: the bound is proved from the rounding that happened.
"""

from __future__ import annotations

import torch

GROUP = 100  # vectors that are first looked at through the best of them
ROWS_AT_ONCE = 4096
UNITS = {torch.bfloat16: 2.0**-8, torch.float32: 2.0**-24}  # largest relative error of one rounding


def rough_dtype() -> torch.dtype:
    """bfloat16 where this processor multiplies it natively, float32 elsewhere."""
    checks = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    native = any(getattr(torch.cpu, name, lambda: False)() for name in checks)
    return torch.bfloat16 if native else torch.float32


class RoughRows:
    """Vectors of length 1, rounded, that answer with the pairs worth a closer look."""

    def __init__(self, rows: torch.Tensor, dtype: torch.dtype) -> None:
        """rows: (n, D) float32 of length 1. dtype: bfloat16 or float32."""
        self.rows = rows if dtype == rows.dtype else rows.to(dtype)
        parts = [slice(start, start + ROWS_AT_ONCE) for start in range(0, len(rows), ROWS_AT_ONCE)]
        self._lost = max((_lost(rows[part], self.rows[part]) for part in parts), default=0.0)

    @property
    def exact(self) -> bool:
        """Whether nothing was rounded."""
        return self.rows.dtype == torch.float32

    def scores(self, queries: torch.Tensor) -> torch.Tensor:
        """queries (Q, D) float32 of length 1 -> rough cosines (n, Q)."""
        return self.rows @ queries.to(self.rows.dtype).T

    def largest_error(self, queries: torch.Tensor) -> float:
        """How far a rough cosine can be from the true one, before it is itself rounded.

        Of x.y and the rounded x'.y' the difference is (x'-x).y' + x.(y'-y): by Cauchy-Schwarz at most what rounding
        took from each, as lengths. Adding D products in float32 comes on top, with room for lengths a little over 1.
        """
        lost = self._lost + _lost(queries, queries.to(self.rows.dtype))
        return lost * (1 + UNITS[torch.bfloat16]) + (self.rows.shape[1] + 16) * UNITS[torch.float32] * 1.05

    def shortlist(self, queries: torch.Tensor, count: int) -> tuple[torch.Tensor, torch.Tensor]:
        """queries (Q, D) float32 of length 1 -> pairs (P,), (P,) of a query and a row.

        For each query: every row that may be among its `count` nearest (at most n), and few others.
        """
        scores = self.scores(queries)
        size = max(1, min(GROUP, len(self.rows) // (8 * count)))
        peaks = _group_peaks(scores, size)
        floor = self._floor(peaks.topk(count, dim=0).values[-1], self.largest_error(queries))  # (Q,)
        groups, of_query = (peaks >= floor).nonzero(as_tuple=True)
        members = groups[:, None] * size + torch.arange(size)  # (G, size)
        inside = members < len(self.rows)
        values = scores[members.clamp_max(len(self.rows) - 1), of_query[:, None]].float()
        kept = inside & (values >= floor[of_query][:, None])
        return of_query[:, None].expand_as(members)[kept], members[kept]

    def _floor(self, best: torch.Tensor, error: float) -> torch.Tensor:
        """The lowest rough score that a true neighbour can have, when `count` rows score at least `best`.

        Those rows truly reach `best`, less the rounding of the score and the error before it, and so does every true
        neighbour, whose rough score can be lower once more by both.
        """
        unit = UNITS[self.rows.dtype]
        lowest = best - best.abs() * unit / (1 - unit) - 2 * error
        return lowest - lowest.abs() * unit


def _lost(rows: torch.Tensor, rounded: torch.Tensor) -> float:
    """The longest of the differences between rows and what rounding made of them."""
    if rows.dtype == rounded.dtype or not len(rows):
        return 0.0
    return float(torch.linalg.vector_norm(rows - rounded.float(), dim=1).max())


def _group_peaks(scores: torch.Tensor, size: int) -> torch.Tensor:
    """Best score (groups, Q), float32, of each group of `size` rows; the last group may be smaller."""
    whole = len(scores) // size * size
    peaks = scores[:whole].view(-1, size, scores.shape[1]).amax(1)
    if whole < len(scores):
        peaks = torch.cat([peaks, scores[whole:].amax(0, keepdim=True)])
    return peaks.float()
