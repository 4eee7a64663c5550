"""Is a value that came from elsewhere of the type that is written beside its field?"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

MOST = 1 << 63  # of a whole number: whoever shows it divides it, or writes it in decimals
NUMBERS: dict[object, tuple[type, ...]] = {
    int: (int, np.integer),
    float: (int, float, np.integer, np.floating),
}


def fits(value: object, hint: Any) -> bool:
    """Whether it is of this type, with all of its parts. A type that is not known here is asked only by its class."""
    origin, parts, kind = _taken_apart(hint)
    if hint is Any:
        return True
    if origin in (typing.Union, types.UnionType):
        return any(fits(value, each) for each in parts)
    if origin is typing.Literal:
        return isinstance(value, str | int) and value in parts
    if not isinstance(value, kind):
        return False
    if isinstance(value, int):
        return abs(value) < MOST
    if not parts:
        return True
    if isinstance(value, Mapping):
        return all(fits(key, parts[0]) and fits(each, parts[1]) for key, each in value.items())
    return not isinstance(value, Sequence) or _each_fits(value, origin, parts)


@lru_cache(maxsize=512)
def _taken_apart(hint: Any) -> tuple[Any, tuple[Any, ...], Any]:
    """Its kind, the types within it, and the classes that a value may have."""
    origin = typing.get_origin(hint)
    kind = types.NoneType if hint is None else NUMBERS.get(hint, origin or hint)
    return origin, typing.get_args(hint), kind


def _each_fits(value: Sequence[object], origin: Any, parts: tuple[Any, ...]) -> bool:
    if origin is tuple and parts[-1] is not Ellipsis:
        return len(value) == len(parts) and all(map(fits, value, parts))
    return all(fits(each, parts[0]) for each in value)


@lru_cache(maxsize=512)
def hints_of(kind: type) -> Mapping[str, Any]:
    """name -> type of the fields of a dataclass, or of the values of an error."""
    return {name: each for name, each in typing.get_type_hints(kind).items() if not _is_of_class(each)}


def _is_of_class(hint: Any) -> bool:
    return typing.get_origin(hint) is typing.ClassVar
