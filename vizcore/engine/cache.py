"""Which answers are kept so that asking again runs no model? The most recent ones, within a budget of bytes."""

from __future__ import annotations

import sys
import threading
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Generic, TypeVar

import numpy as np
from cachetools import LRUCache

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


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

    @property
    def bytes(self) -> int:
        return int(self._kept.currsize)

    @property
    def hits(self) -> int:
        return self._hits


def held_bytes(value: object) -> int:
    """Bytes that a value of dataclasses, arrays, mappings and sequences keeps in memory; what it holds twice, once."""
    return _held_bytes(value, set())


def _held_bytes(value: object, seen: set[int]) -> int:
    if id(value) in seen:
        return 0
    seen.add(id(value))
    own = sys.getsizeof(value, 64)
    if isinstance(value, np.ndarray):
        return value.nbytes + 128
    return own + sum(_held_bytes(part, seen) for part in _parts(value))


def _parts(value: object) -> Iterable[object]:
    if is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, each.name) for each in fields(value)]
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, (tuple, list, set, frozenset)) else ()
