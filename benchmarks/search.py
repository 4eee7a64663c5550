"""Is exact search over 100,000 vectors of 768 numbers as quick as faiss, with the same answers?"""

from __future__ import annotations

import faiss
import numpy as np
import torch

from benchmarks.measurement import Measurement
from benchmarks.ratio import compare
from vizcore.similarity.index import ExactIndex, Neighbours

COUNT, DIMENSION, TOP = 100_000, 768, 10
CASES = ((1, 0.6), (256, 0.55))  # queries at once, and the target
THREADS = 2


def main() -> list[Measurement]:
    torch.set_num_threads(THREADS)
    faiss.omp_set_num_threads(THREADS)
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((COUNT, DIMENSION), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ours, peer = ExactIndex(vectors), faiss.IndexFlatIP(DIMENSION)
    peer.add(vectors)
    del vectors
    return [_measure(ours, peer, rng, queries, target) for queries, target in CASES]


def _measure(
    ours: ExactIndex, peer: faiss.IndexFlatIP, rng: np.random.Generator, queries: int, target: float
) -> Measurement:
    asked = rng.standard_normal((queries, DIMENSION), dtype=np.float32)
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    return compare(
        f"search.top10.batch{queries}",
        lambda: ours.search(asked, TOP),
        lambda: peer.search(asked, TOP),
        rounds=9 if queries == 1 else 5,
        target=target,
        equal=_same_ids,
        peer_name="faiss IndexFlatIP",
    )


def _same_ids(ours: Neighbours, theirs: tuple[np.ndarray, np.ndarray]) -> bool:
    return bool(np.array_equal(ours.ids, theirs[1]))
