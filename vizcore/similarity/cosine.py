"""The cosine of two embeddings, with every number of its working."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vizcore.results import Embedding, FloatArray


@dataclass(frozen=True, eq=False)
class CosineWorking:
    """cosine = dot / (norm_a * norm_b), in [-1, 1]; NaN when a vector is zero.

    products: the D products a_i * b_i / (norm_a * norm_b), which add up to the cosine.
    """

    dot: float
    norm_a: float
    norm_b: float
    products: FloatArray

    @property
    def cosine(self) -> float:
        """The similarity, kept inside [-1, 1] against rounding."""
        scale = self.norm_a * self.norm_b
        return float(np.clip(self.dot / scale, -1.0, 1.0)) if scale else float("nan")

    def strongest(self, count: int) -> list[tuple[int, float]]:
        """(dimension, its share of the cosine) of the `count` largest shares by size, largest first."""
        order = np.argsort(-np.abs(self.products), kind="stable")[:count]
        return [(int(i), float(self.products[i])) for i in order]


def cosine(a: Embedding, b: Embedding) -> CosineWorking:
    """Computed in float64. ValueError when the vectors are not of one layer and length."""
    if a.vector.shape != b.vector.shape or a.layer != b.layer:
        raise ValueError(f"expected two vectors of one layer, got {a.layer} {a.dimension} and {b.layer} {b.dimension}")
    left, right = a.vector.astype(np.float64), b.vector.astype(np.float64)
    norm_a, norm_b = float(np.linalg.norm(left)), float(np.linalg.norm(right))
    scale = norm_a * norm_b
    products = left * right / scale if scale else np.zeros_like(left)
    return CosineWorking(float(left @ right), norm_a, norm_b, products)
