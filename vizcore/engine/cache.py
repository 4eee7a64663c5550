"""Which answers are kept so that asking again runs no model? The most recent ones, within a budget of bytes."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Generic, TypeVar

import numpy as np

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class ByteCache(Generic[K, V]):
    """Least recently used out first. What alone is over the budget is not kept at all."""

    def __init__(self, budget_bytes: int) -> None:
        self._budget = budget_bytes
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()
        self._bytes = 0
        self._hits = 0

    def get(self, key: K) -> V | None:
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            self._hits += 1
            return self._kept[key][0]

    def put(self, key: K, value: V) -> None:
        size = held_bytes(value)
        with self._lock:
            self._drop(key)
            if size > self._budget:
                return
            while self._bytes + size > self._budget:
                self._drop(next(iter(self._kept)))
            self._kept[key] = (value, size)
            self._bytes += size

    def discard(self, keys: Iterable[K]) -> None:
        with self._lock:
            for key in keys:
                self._drop(key)

    def list_keys(self) -> list[K]:
        with self._lock:
            return list(self._kept)

    @property
    def bytes(self) -> int:
        return self._bytes

    @property
    def hits(self) -> int:
        return self._hits

    def _drop(self, key: K) -> None:
        if key in self._kept:
            self._bytes -= self._kept.pop(key)[1]


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
