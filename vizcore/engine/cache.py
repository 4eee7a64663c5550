"""Which answers are kept so that asking again runs no model? The most recent ones, within a budget of bytes."""

from __future__ import annotations

import sys
import threading
from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import Generic, TypeVar

import numpy as np
from cachetools import Cache, LRUCache

from vizcore.engine.fingerprint import field_names

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

WITHOUT_PARTS = frozenset({str, bytes, int, float, bool, type(None)})  # asked first: most of what an answer holds


class ByteCache(Generic[K, V]):
    """Least recently used out first. What alone is over the budget is not kept at all."""

    def __init__(self, budget_bytes: int) -> None:
        self._kept: LRUCache[K, tuple[V, int]] = LRUCache(budget_bytes, getsizeof=lambda pair: pair[1])
        self._lock = threading.Lock()
        self._hits = 0

    def get(self, key: K) -> V | None:
        with self._lock:
            pair = self._kept.get(key)
            self._hits += pair is not None
            return pair[0] if pair else None

    def put(self, key: K, value: V) -> None:
        size = held_bytes(value)
        with self._lock:
            if size > self._kept.maxsize:
                self._kept.pop(key, None)
            else:
                self._kept[key] = (value, size)

    def discard(self, keys: Iterable[K]) -> None:
        with self._lock:
            for key in keys:
                self._kept.pop(key, None)

    def list_keys(self) -> list[K]:
        """What is kept, in no order to rely on."""
        with self._lock:
            return list(self._kept)

    def list_items(self) -> list[tuple[K, V]]:
        """The same with the values; looking makes none of them newer."""
        with self._lock:
            return [(key, Cache.__getitem__(self._kept, key)[0]) for key in self._kept]

    @property
    def bytes(self) -> int:
        return int(self._kept.currsize)

    @property
    def hits(self) -> int:
        return self._hits


def held_bytes(value: object) -> int:
    """Bytes that a value of dataclasses, arrays, mappings and sequences keeps in memory; what it holds twice, once."""
    seen: set[int] = set()
    total, waiting = 0, [value]
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, np.ndarray):
            total += each.nbytes + 128
            continue
        total += sys.getsizeof(each, 64)
        if type(each) not in WITHOUT_PARTS and (parts := _parts(each)):
            waiting += parts
    return total


def _parts(value: object) -> Collection[object]:
    if isinstance(value, (tuple, list, set, frozenset)):
        return value
    if isinstance(value, dict):  # before any other mapping, whose kind takes longer to see
        return [*value.keys(), *value.values()]
    if names := field_names(type(value)):  # type: ignore[arg-type]  # mypy takes no type for hashable
        return [getattr(value, name) for name in names]
    return [*value.keys(), *value.values()] if isinstance(value, Mapping) else ()
