"""Do two requests ask for the same thing? Exact fingerprints of settings, so that equal ones share one answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache

import numpy as np


def fingerprint(value: object) -> str:
    """Hex sha256 of a value made of dataclasses, arrays, mappings, sequences and plain values.

    Type matters (1 is not 1.0), every array element counts, mappings are compared whatever their order.
    ValueError for anything whose content cannot be seen.
    """
    digest = hashlib.sha256()
    for piece in _pieces(value):
        digest.update(len(piece).to_bytes(8, "little"))
        digest.update(piece)
    return digest.hexdigest()


@lru_cache(maxsize=512)
def field_names(kind: type) -> tuple[str, ...]:
    """Names of a dataclass's fields, none of another type; looked up once, since every request and answer asks."""
    return tuple(each.name for each in fields(kind)) if is_dataclass(kind) else ()


def _pieces(value: object) -> Iterator[bytes]:
    if value is None or isinstance(value, (bool, int, float, complex, str, bytes, np.generic)):
        yield f"{type(value).__name__} {value!r}".encode()
    elif isinstance(value, Enum):
        yield f"{type(value).__qualname__}.{value.name}".encode()
    else:
        yield from _pieces_of_many(value)


def _pieces_of_many(value: object) -> Iterator[bytes]:
    if is_dataclass(kind := type(value)):
        names = field_names(kind)
        yield f"{kind.__module__}.{kind.__qualname__} {len(names)}".encode()
        for name in names:
            yield from _pieces(getattr(value, name))
        return
    for kinds, take_apart in TAKE_APART:
        if isinstance(value, kinds):
            yield kind.__qualname__.encode()
            yield from take_apart(value)
            return
    raise ValueError(f"expected plain settings, arrays or dataclasses of them, got {type(value).__name__}")


def _of_array(array: np.ndarray) -> Iterator[bytes]:
    yield f"{array.dtype.str} {array.shape}".encode()
    if array.dtype.hasobject:
        raise ValueError("expected an array of numbers, got one of objects")
    yield np.ascontiguousarray(array).tobytes()


def _of_mapping(mapping: Mapping[object, object]) -> Iterator[bytes]:
    yield str(len(mapping)).encode()
    yield from sorted((fingerprint(key) + fingerprint(item)).encode() for key, item in mapping.items())


def _of_sequence(sequence: tuple[object, ...] | list[object]) -> Iterator[bytes]:
    yield str(len(sequence)).encode()
    for item in sequence:
        yield from _pieces(item)


def _of_set(items: set[object] | frozenset[object]) -> Iterator[bytes]:
    yield from sorted(fingerprint(item).encode() for item in items)


TAKE_APART: tuple[tuple[type | tuple[type, ...], Callable[..., Iterator[bytes]]], ...] = (
    (np.ndarray, _of_array),
    (Mapping, _of_mapping),
    ((tuple, list), _of_sequence),
    ((set, frozenset), _of_set),
)
