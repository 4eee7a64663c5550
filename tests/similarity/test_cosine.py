"""Cosine by hand, against scikit-learn, and its invariances."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from vizcore.results import Embedding, Provenance
from vizcore.similarity import cosine


def embedding(*values: float, layer: str = "embedding") -> Embedding:
    return Embedding(Provenance(), np.array(values, dtype=np.float32), layer)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [((3, 4), (4, 3), 24 / 25), ((1, 0), (0, 1), 0.0), ((1, 2), (-1, -2), -1.0), ((2, 2), (5, 5), 1.0)],
)
def test_by_hand(a: tuple[float, ...], b: tuple[float, ...], expected: float) -> None:
    working = cosine(embedding(*a), embedding(*b))
    assert working.cosine == pytest.approx(expected)
    assert working.products.sum() == pytest.approx(expected)


def test_a_zero_vector_has_no_direction() -> None:
    assert math.isnan(cosine(embedding(0, 0), embedding(1, 1)).cosine)


def test_equals_scikit_learn_and_ignores_length() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 768)).astype(np.float32)
    theirs = cosine_similarity(a[None].astype(np.float64), b[None].astype(np.float64))[0, 0]
    assert cosine(embedding(*a), embedding(*b)).cosine == pytest.approx(theirs, abs=1e-12)
    assert cosine(embedding(*(7 * a)), embedding(*b)).cosine == pytest.approx(theirs, abs=1e-6)


def test_largest_shares_come_first() -> None:
    assert [i for i, _ in cosine(embedding(1, 5, -3), embedding(1, 1, 1)).strongest(2)] == [1, 2]


def test_vectors_of_two_layers_are_refused() -> None:
    with pytest.raises(ValueError, match="one layer"):
        cosine(embedding(1, 2), embedding(1, 2, layer="logits"))
