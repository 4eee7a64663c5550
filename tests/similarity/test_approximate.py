"""Approximate search finds what exact search finds when it looks at everything, and less when it looks at less."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vizcore.errors import LibraryMissing
from vizcore.similarity import approximate
from vizcore.similarity.approximate import METHODS, SearchPoint, fastest_index, multiplied, search_points
from vizcore.similarity.index import ExactIndex

VECTORS = np.random.default_rng(0).standard_normal((40, 32)).astype(np.float32)


def test_vectors_are_multiplied_by_noisy_copies() -> None:
    many = multiplied(VECTORS, 500)
    assert many.shape == (500, 32)
    assert np.allclose(np.linalg.norm(many, axis=1), 1, atol=1e-5)
    unit = VECTORS / np.linalg.norm(VECTORS, axis=1, keepdims=True)
    assert np.allclose(many[:40], unit, atol=1e-6)
    nearest = (many[40:] @ unit.T).max(axis=1)
    assert 0.3 < float(np.median(nearest)) < 0.999
    assert np.array_equal(multiplied(VECTORS, 500), many)
    assert len(multiplied(VECTORS, 10)) == 10
    with pytest.raises(ValueError, match="at least 2"):
        multiplied(VECTORS[:1], 10)


def test_exact_is_the_truth_and_cells_approach_it() -> None:
    points = search_points(multiplied(VECTORS, 1500), ("exact", "ivf"))
    exact, *cells = points
    assert (exact.method, exact.recall) == ("exact", 1.0)
    recalls = [each.recall for each in cells]
    assert [each.setting for each in cells] == [1, 2, 4, 8, 16, 32]
    assert recalls == sorted(recalls)
    assert recalls[0] < recalls[-1]
    assert recalls[-1] > 0.99
    assert all(each.query_us > 0 and each.build_ms > 0 for each in points)


def test_exact_search_is_timed_on_one_thread_too(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    plain = ExactIndex.search
    monkeypatch.setattr(
        ExactIndex,
        "search",
        lambda self, *given: (seen.append(torch.get_num_threads()), plain(self, *given))[1],
    )
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        search_points(multiplied(VECTORS, 200), ("exact",))
        assert set(seen[1:]) == {1}, "the first search is the truth's"
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_a_longer_list_finds_more() -> None:
    found = [each.recall for each in search_points(multiplied(VECTORS, 1500), ("hnsw",))]
    assert found[-1] >= found[0]
    assert found[-1] > 0.9
    assert set(METHODS) == {"exact", "ivf", "hnsw"}


def test_without_the_extra_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "faiss", None)
    with pytest.raises(LibraryMissing) as caught:
        approximate.import_faiss()
    assert caught.value.values["library"] == "faiss-cpu"
    assert search_points(multiplied(VECTORS, 200), ("exact",))[0].recall == 1


SPEEDS = ((8, 0.99, 9), (4, 0.95, 5), (1, 0.5, 2))


def test_the_quickest_index_that_finds_enough() -> None:
    exact = SearchPoint("exact", 0, 1.0, 1.0, 0.0)
    slow, quick, blind = (SearchPoint("ivf", n, found, us, 0.0) for n, found, us in SPEEDS)
    assert fastest_index([exact, slow, quick, blind]) is quick
    assert fastest_index([exact, slow, quick, blind], 0.96) is slow
    assert fastest_index([exact, blind]) is None
    assert fastest_index([]) is None
