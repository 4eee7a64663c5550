"""Is the cache never over its budget, and does it keep what was used last?"""

from __future__ import annotations

import numpy as np

from tests.engine.fakes import answer
from vizcore.engine.cache import ByteCache, held_bytes
from vizcore.engine.task import Progress
from vizcore.snapshots import Snapshot

KILOBYTE = np.zeros(1000, np.uint8)
ONE = held_bytes(KILOBYTE)


def test_least_recently_used_goes_first() -> None:
    cache: ByteCache[str, np.ndarray] = ByteCache(3 * ONE)
    for key in "abc":
        cache.put(key, KILOBYTE)
    assert cache.get("a") is KILOBYTE
    cache.put("d", KILOBYTE)
    assert set(cache.list_keys()) == {"a", "c", "d"}
    assert cache.get("b") is None
    assert cache.hits == 1


def test_never_over_the_budget() -> None:
    cache: ByteCache[int, np.ndarray] = ByteCache(5 * ONE)
    for key, size in enumerate(np.random.default_rng(0).integers(0, 8000, 200)):
        cache.put(key, np.zeros(size, np.uint8))
        assert cache.bytes <= 5 * ONE
    assert cache.bytes > 0


def test_what_is_too_large_is_not_kept_and_pushes_nothing_out() -> None:
    cache: ByteCache[str, np.ndarray] = ByteCache(2 * ONE)
    cache.put("small", KILOBYTE)
    cache.put("large", np.zeros(10_000, np.uint8))
    assert cache.list_keys() == ["small"]


def test_replacing_counts_once() -> None:
    cache: ByteCache[str, np.ndarray] = ByteCache(2 * ONE)
    for _ in range(5):
        cache.put("a", KILOBYTE)
    assert cache.bytes == ONE


def test_discard() -> None:
    cache: ByteCache[str, np.ndarray] = ByteCache(2 * ONE)
    cache.put("a", KILOBYTE)
    cache.discard(["a", "b"])
    assert cache.bytes == 0


def test_bytes_of_nested_values() -> None:
    progress = Progress(Snapshot(1, 1, preview=np.zeros((100, 100, 3), np.uint8)), answer(1.0), ((1, {"loss": 1.0}),))
    assert 30_000 < held_bytes(progress) < 35_000
    assert held_bytes((KILOBYTE, KILOBYTE)) < 1.2 * ONE + 100
