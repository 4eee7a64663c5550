"""Exact search: by hand, against faiss and numpy, and ties in a fixed order."""

from __future__ import annotations

import faiss
import numpy as np
import pytest
import torch

from vizcore.similarity.index import ExactIndex
from vizcore.similarity.shortlist import RoughRows, rough_dtype

DTYPES = [torch.float32, torch.bfloat16]


def test_by_hand_and_negative_cosines_are_answers() -> None:
    found = ExactIndex(np.array([[0.0, 2.0], [5.0, 0.0], [-1.0, 0.0]])).search(np.array([1.0, 0.0]), 3)
    assert found.ids.tolist() == [[1, 0, 2]]
    assert found.scores.tolist() == [[1, 0, -1]]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("queries", [1, 7, 300])
def test_equals_faiss(queries: int, dtype: torch.dtype) -> None:
    rng = np.random.default_rng(1)
    vectors, asked = (rng.normal(size=(n, 64)).astype(np.float32) for n in (5000, queries))
    peer = faiss.IndexFlatIP(64)
    peer.add(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    scores, ids = peer.search(asked / np.linalg.norm(asked, axis=1, keepdims=True), 10)
    found = ExactIndex(vectors, dtype).search(asked, 10)
    assert np.array_equal(found.ids, ids)
    assert np.allclose(found.scores, scores, atol=1e-5)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("queries", [1, 3])
def test_equal_vectors_come_in_their_order(queries: int, dtype: torch.dtype) -> None:
    vectors = np.tile(np.random.default_rng(2).normal(size=(1, 33)), (500, 1)).astype(np.float32)
    found = ExactIndex(vectors, dtype).search(vectors[:queries], 10)
    assert found.ids.tolist() == [list(range(10))] * queries
    assert np.allclose(found.scores, 1)


@pytest.mark.parametrize("dtype", DTYPES)
def test_near_ties_at_the_border_are_decided_exactly(dtype: torch.dtype) -> None:
    angles = np.array([1e-4, 1.0, 1e-5, 2e-4, 3e-5])  # cosines of the small ones agree in float32
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    found = ExactIndex(vectors, dtype).search(np.array([1.0, 0.0]), 2)
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


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("vectors", "count"), [(1, 1), (7, 7), (250, 3), (1003, 1), (1003, 60), (1003, 1003)])
def test_any_number_of_vectors_and_neighbours(vectors: int, count: int, dtype: torch.dtype) -> None:
    """Tight clusters, where rough scores say little, in float64 by numpy."""
    rng = np.random.default_rng(vectors)
    stored = np.repeat(rng.normal(size=(-(-vectors // 50), 24)), 50, axis=0)[:vectors]
    stored = (stored + 1e-3 * rng.normal(size=stored.shape)).astype(np.float32)
    asked = stored[:: max(1, vectors // 5)] + np.float32(1e-3)
    rows, queries = (each.astype(np.float64) for each in (stored, asked))
    cosines = queries @ rows.T / np.linalg.norm(queries, axis=1)[:, None] / np.linalg.norm(rows, axis=1)
    found = ExactIndex(stored, dtype).search(asked, count)
    expected = -np.sort(-cosines, axis=1)[:, :count]
    assert np.allclose(found.scores, expected, atol=1e-7)
    assert np.allclose(np.take_along_axis(cosines, found.ids, axis=1), expected, atol=1e-7)


@pytest.mark.parametrize("dtype", DTYPES)
def test_rough_products_stay_within_their_bound(dtype: torch.dtype) -> None:
    rng = torch.Generator().manual_seed(0)
    for dimension in (2, 64, 768):
        rows = torch.nn.functional.normalize(torch.randn(400, dimension, generator=rng), dim=1)
        rough = RoughRows(rows, dtype)
        true = rows.double() @ rows.double().T
        unit = 2.0**-8 if dtype == torch.bfloat16 else 2.0**-24
        error = (rough.scores(rows).double() - true).abs() - unit * true.abs()
        assert error.max() <= rough.largest_error(rows) < (0.012 if dtype == torch.bfloat16 else 1e-4)


def test_the_shortlist_is_short() -> None:
    rng = torch.Generator().manual_seed(0)
    rows = torch.nn.functional.normalize(torch.randn(20_000, 256, generator=rng), dim=1)
    of_query, found = RoughRows(rows, torch.bfloat16).shortlist(rows[:4], 10)
    assert set(of_query.tolist()) == {0, 1, 2, 3}
    assert 40 <= len(found) < 1000
    assert rough_dtype() in DTYPES


def test_a_neighbour_that_rounding_hides_is_found() -> None:
    """bfloat16 rounds the first row's entries against it and the second one's for it: 1.0039 lies half way."""
    query = np.concatenate([np.full(128, 1 / 16), np.full(128, -1 / 16), np.zeros(256)])
    rows = []
    for above, below in ((1.0038, 1.0040), (1.0040, 1.0043)):  # the first one's true cosine is the higher one
        entries = np.concatenate([np.full(128, above), np.full(128, below)]) / 64
        rest = np.sqrt((1 - (entries**2).sum()) / 256)
        rows.append(np.concatenate([entries, np.full(256, rest)]))
    stored = torch.tensor(np.array(rows), dtype=torch.float32)
    rough = RoughRows(stored, torch.bfloat16).scores(torch.tensor(query, dtype=torch.float32)[None])
    assert rough[0] < rough[1]
    assert ExactIndex(np.array(rows), torch.bfloat16).search(query, 1).ids.tolist() == [[0]]
