"""What does a search gain that looks at a part of the vectors only, and what does it miss? Recall against time.

Exact search is the truth. IVF (Sivic and Zisserman 2003; Jegou et al. 2011) looks into the nearest of some cells, HNSW
(Malkov and Yashunin 2018) walks a graph of neighbours; both are faiss's, an extra that the app works without. A gallery
is too small to make anybody wait, so its vectors are multiplied: copies with noise of their own neighbours' distance.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vizcore.errors import LibraryMissing
from vizcore.results import FloatArray
from vizcore.runtimes.threads import one_thread
from vizcore.similarity.index import ExactIndex

TOP = 10
QUERIES = 100
CELLS = 64
LINKS = 16  # of a vector in HNSW's graph
PROBES, BEAMS = (1, 2, 4, 8, 16, 32), (8, 16, 32, 64, 128)
ROUNDS = 5
GOOD_RECALL = 0.95


@dataclass(frozen=True)
class SearchPoint:
    """method: of METHODS. setting: how much it looks at. recall: share of the true TOP neighbours found. query_us:
    microseconds for one query, the best of ROUNDS. build_ms: of its index."""

    method: str
    setting: int
    recall: float
    query_us: float
    build_ms: float


def fastest_index(points: Sequence[SearchPoint], least_recall: float = GOOD_RECALL) -> SearchPoint | None:
    """The quickest point of an index (not of exact search) that finds this share or more; None where none does."""
    good = [each for each in points if each.method != "exact" and each.recall >= least_recall]
    return min(good, key=lambda each: each.query_us, default=None)


def multiplied(vectors: FloatArray, count: int, *, seed: int = 0) -> FloatArray:
    """(count, D) unit vectors: the given ones, then noisy copies of them, as far off as their own nearest neighbour."""
    unit = _unit(np.asarray(vectors, np.float32))
    if len(unit) < 2:
        raise ValueError(f"expected at least 2 vectors, got {len(unit)}")
    rng = np.random.default_rng(seed)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -1)
    far = float(np.median(np.sqrt(np.maximum(2 - 2 * cosines.max(axis=1), 1e-6))))
    more = unit[rng.integers(0, len(unit), max(0, count - len(unit)))]
    noise = rng.standard_normal(more.shape, dtype=np.float32) * far / np.sqrt(unit.shape[1])
    return np.concatenate([unit, _unit(more + noise)])[:count]


def _unit(vectors: FloatArray) -> FloatArray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)


def import_faiss() -> Any:
    """The library, or LibraryMissing."""
    try:
        import faiss
    except ImportError:
        raise LibraryMissing(library="faiss-cpu", model="IVF, HNSW") from None
    return faiss


def search_points(vectors: FloatArray, methods: tuple[str, ...], *, seed: int = 0) -> list[SearchPoint]:
    """Each method at each of its settings, on the same queries. vectors (n, D) of length 1. Errors: LibraryMissing."""
    rng = np.random.default_rng(seed)
    picked = rng.choice(len(vectors), min(QUERIES, len(vectors)), replace=False)
    noise = rng.standard_normal((len(picked), vectors.shape[1]), dtype=np.float32) * 0.3 / np.sqrt(vectors.shape[1])
    queries = _unit(vectors[picked] + noise)
    truth = ExactIndex(vectors).search(queries, TOP).ids
    return [point for name in methods for point in METHODS[name](vectors, queries, truth)]


def _exact(vectors: FloatArray, queries: FloatArray, truth: np.ndarray) -> Iterator[SearchPoint]:
    with one_thread():
        began = time.perf_counter()
        index = ExactIndex(vectors)
        built = (time.perf_counter() - began) * 1e3
        point = _point("exact", len(vectors), lambda: index.search(queries, TOP).ids, truth, built)
    yield point


def _ivf(vectors: FloatArray, queries: FloatArray, truth: np.ndarray) -> Iterator[SearchPoint]:
    faiss = import_faiss()
    faiss.omp_set_num_threads(1)
    began = time.perf_counter()
    cells = max(1, min(CELLS, len(vectors) // 40))
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(vectors.shape[1]), vectors.shape[1], cells, faiss.METRIC_INNER_PRODUCT)
    index.train(vectors)
    index.add(vectors)
    built = (time.perf_counter() - began) * 1e3
    for probes in PROBES:
        if probes <= cells:
            index.nprobe = probes
            yield _point("ivf", probes, lambda: index.search(queries, TOP)[1], truth, built)


def _hnsw(vectors: FloatArray, queries: FloatArray, truth: np.ndarray) -> Iterator[SearchPoint]:
    faiss = import_faiss()
    faiss.omp_set_num_threads(1)
    began = time.perf_counter()
    index = faiss.IndexHNSWFlat(vectors.shape[1], LINKS, faiss.METRIC_INNER_PRODUCT)
    index.add(vectors)
    built = (time.perf_counter() - began) * 1e3
    for beam in BEAMS:
        index.hnsw.efSearch = beam
        yield _point("hnsw", beam, lambda: index.search(queries, TOP)[1], truth, built)


def _point(
    method: str, setting: int, search: Callable[[], np.ndarray], truth: np.ndarray, build_ms: float
) -> SearchPoint:
    spent = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = search()
        spent.append(time.perf_counter() - began)
    hits = [len(set(a.tolist()) & set(b.tolist())) for a, b in zip(found, truth, strict=True)]
    query_us = min(spent) * 1e6 / len(truth)
    return SearchPoint(method, setting, sum(hits) / truth.size, query_us, build_ms)


METHODS: dict[str, Callable[[FloatArray, FloatArray, np.ndarray], Iterator[SearchPoint]]] = {
    "exact": _exact,
    "ivf": _ivf,
    "hnsw": _hnsw,
}
