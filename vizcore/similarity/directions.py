"""Vectors as directions: what a cosine compares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vizcore.results import FloatArray, expect_shape


def unit_rows(vectors: FloatArray) -> FloatArray:
    """vectors (n, D) -> the same rows with length 1, float64; a zero vector has no direction and stays zero."""
    expect_shape("vectors", vectors, (None, None))
    rows = vectors.astype(np.float64)
    if not np.isfinite(rows).all():
        raise ValueError("expected finite vectors, got NaN or infinity")
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    directions: FloatArray = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return directions


def similarity_matrix(vectors: FloatArray) -> FloatArray:
    """Cosine of every pair, (n, n) in [-1, 1], symmetric, 1 on the diagonal; 0 for pairs with a zero vector."""
    rows = unit_rows(vectors)
    matrix = np.clip(rows @ rows.T, -1.0, 1.0)
    matrix = (matrix + matrix.T) / 2
    matrix[np.diag_indices(len(rows))] = 1.0
    return matrix


@dataclass(frozen=True)
class PicturePair:
    """Two rows and their cosine."""

    first: int
    second: int
    cosine: float


@dataclass(frozen=True)
class PairExtremes:
    """Of all `count` pairs of different rows: the most and the least alike (the first of equal ones), and the mean."""

    most: PicturePair
    least: PicturePair
    mean: float
    count: int


def pair_extremes(matrix: FloatArray) -> PairExtremes:
    """matrix (n, n), n > 1: a `similarity_matrix`."""
    rows, columns = np.triu_indices(len(matrix), 1)
    values = matrix[rows, columns]
    most, least = (
        PicturePair(int(rows[place]), int(columns[place]), float(values[place]))
        for place in (int(values.argmax()), int(values.argmin()))
    )
    return PairExtremes(most, least, float(values.mean()), len(values))
