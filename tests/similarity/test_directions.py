"""The similarity matrix by hand, its shape of a likeness, and what has no direction."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from vizcore.similarity.directions import PicturePair, pair_extremes, similarity_matrix, unit_rows


def test_by_hand() -> None:
    matrix = similarity_matrix(np.array([[3.0, 4.0], [4.0, 3.0], [-3.0, -4.0]]))
    assert np.allclose(matrix, [[1, 0.96, -1], [0.96, 1, -0.96], [-1, -0.96, 1]])


def test_symmetric_with_ones_on_the_diagonal_and_equal_to_scikit_learn() -> None:
    vectors = np.random.default_rng(0).normal(size=(40, 300)).astype(np.float32)
    matrix = similarity_matrix(vectors)
    assert np.array_equal(matrix, matrix.T)
    assert (matrix.diagonal() == 1).all()
    assert np.allclose(matrix, cosine_similarity(vectors.astype(np.float64)))


def test_no_vector_and_zero_vectors() -> None:
    assert similarity_matrix(np.empty((0, 5))).shape == (0, 0)
    assert similarity_matrix(np.array([[0.0, 0.0], [1.0, 0.0]])).tolist() == [[1, 0], [0, 1]]


def test_nan_is_our_mistake_here() -> None:
    with pytest.raises(ValueError, match="finite"):
        unit_rows(np.array([[np.nan, 1.0]]))


def test_the_most_and_the_least_alike_pair() -> None:
    matrix = np.array([[1.0, 0.5, -0.25], [0.5, 1.0, 0.5], [-0.25, 0.5, 1.0]])
    found = pair_extremes(matrix)
    assert found.most == PicturePair(0, 1, 0.5), "the first of equal ones"
    assert found.least == PicturePair(0, 2, -0.25)
    assert (found.mean, found.count) == (0.25, 3)
