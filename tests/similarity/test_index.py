"""Exact search: by hand, against faiss and numpy, and ties in a fixed order."""

from __future__ import annotations

import faiss
import numpy as np
import pytest

from vizcore.similarity.index import ExactIndex


def test_by_hand_and_negative_cosines_are_answers() -> None:
    found = ExactIndex(np.array([[0.0, 2.0], [5.0, 0.0], [-1.0, 0.0]])).search(np.array([1.0, 0.0]), 3)
    assert found.ids.tolist() == [[1, 0, 2]]
    assert found.scores.tolist() == [[1, 0, -1]]


@pytest.mark.parametrize("queries", [1, 7, 300])
def test_equals_faiss(queries: int) -> None:
    rng = np.random.default_rng(1)
    vectors, asked = (rng.normal(size=(n, 64)).astype(np.float32) for n in (5000, queries))
    peer = faiss.IndexFlatIP(64)
    peer.add(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    scores, ids = peer.search(asked / np.linalg.norm(asked, axis=1, keepdims=True), 10)
    found = ExactIndex(vectors).search(asked, 10)
    assert np.array_equal(found.ids, ids)
    assert np.allclose(found.scores, scores, atol=1e-5)


@pytest.mark.parametrize("queries", [1, 3])
def test_equal_vectors_come_in_their_order(queries: int) -> None:
    vectors = np.tile(np.random.default_rng(2).normal(size=(1, 33)), (500, 1)).astype(np.float32)
    found = ExactIndex(vectors).search(vectors[:queries], 10)
    assert found.ids.tolist() == [list(range(10))] * queries
    assert np.allclose(found.scores, 1)


def test_near_ties_at_the_border_are_decided_exactly() -> None:
    angles = np.array([1e-4, 1.0, 1e-5, 2e-4, 3e-5])  # cosines of the small ones agree in float32
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    found = ExactIndex(vectors).search(np.array([1.0, 0.0]), 2)
    assert found.ids.tolist() == [[2, 4]]


def test_more_neighbours_than_vectors_and_zero_vectors() -> None:
    found = ExactIndex(np.array([[0.0, 0.0], [1.0, 1.0]])).search(np.array([1.0, 0.0]), 10)
    assert found.ids.tolist() == [[1, 0]]
    assert found.scores[0].tolist() == pytest.approx([0.5**0.5, 0])


def test_no_query_is_no_answer() -> None:
    assert ExactIndex(np.eye(3)).search(np.empty((0, 3)), 2).ids.shape == (0, 2)


@pytest.mark.parametrize(
    "call",
    [
        lambda: ExactIndex(np.array([[np.nan]])),
        lambda: ExactIndex(np.eye(2)).search(np.array([np.inf, 0.0]), 1),
        lambda: ExactIndex(np.eye(2)).search(np.ones(3), 1),
        lambda: ExactIndex(np.eye(2)).search(np.ones(2), 0),
    ],
)
def test_impossible_questions(call) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="expected"):
        call()


def test_what_was_given_stays_as_it_was() -> None:
    vectors = np.full((2, 2), 3.0, dtype=np.float32)
    ExactIndex(vectors).search(vectors[0], 1)
    assert (vectors == 3).all()
