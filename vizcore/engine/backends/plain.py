"""How do values travel so that reading them runs nothing but five constructors of ours?

Python's pickle carries them, since it is quick and leaves arrays where they are; but what it may build is decided here.
Numbers, texts, bytes, tuples, lists, dictionaries and sets go as they are. An array, a frozen dataclass, a number of
NumPy's and an error are taken apart into such values, and put together by a constructor that checks them. Nothing else
is written, and nothing else is read: no class, function or module has a name in these bytes that pickle would look up.
"""

from __future__ import annotations

import importlib
import io
import math
import pickle
from collections.abc import Callable, Iterable, Sequence
from dataclasses import is_dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from vizcore.engine.backends.fitting import fits, hints_of
from vizcore.engine.backends.transport import ReplicaGone, ReplicaSlow, StoreFull
from vizcore.engine.backends.weighing import expect_light
from vizcore.engine.fingerprint import field_names
from vizcore.errors import MessageRefused, VizError
from vizcore.photo import Photo
from vizcore.results import Provenance, Result, ResultGroup

OURS = ("vizcore.",)
SHOWN_ONLY = {"ui", "cli", "i18n", "lessons", "figures"}  # parts that no answer depends on
NUMBERS = frozenset("biufcSUmM")  # kinds of an array's numbers and texts; none of objects or structures
MOST_BYTES = 1 << 30  # of one message; the largest photo has 150 MB
MOST_AXES = 32  # of an array
LONGEST_TYPE = 32  # characters of "<f8", "<M8[25s]"
ENGINES = "vizcore.engine."  # whose own messages are held to the types that they state
LOST = {each.__name__: each for each in (ReplicaGone, ReplicaSlow, StoreFull)}

Buffer = bytes | bytearray | memoryview | pickle.PickleBuffer


def dumps(value: object, buffer_callback: Callable[[pickle.PickleBuffer], object] | None = None) -> bytes:
    """The value as bytes; those of arrays go to `buffer_callback` instead if there is one. ValueError for a type that
    does not travel."""
    out = io.BytesIO()
    try:
        _Writer(out, protocol=5, buffer_callback=buffer_callback).dump(value)
    except pickle.PicklingError as error:
        raise ValueError(str(error)) from None
    return out.getvalue()


def loads(data: Buffer, buffers: Iterable[Buffer] = (), allowed: Iterable[str] = OURS) -> Any:
    """The value, its arrays read-only. allowed: packages whose dataclasses and errors may be built. MessageRefused for
    anything that `dumps` does not write, whatever is wrong with it."""
    try:
        view = memoryview(data)
        if view.nbytes > MOST_BYTES:
            raise MessageRefused
        own, arrays = bytes(data), list(buffers)  # its own: nobody changes them between the two looks
        expect_light(own, [memoryview(each).nbytes for each in arrays])
        return _Reader(io.BytesIO(own), buffers=arrays, allowed=tuple(allowed)).load()
    except Exception:  # the border: bytes of others, and pickle has no error of its own for most that can be wrong
        raise MessageRefused from None


class _Name:
    """Stands in the bytes for one of the constructors, under the name that it has in this module."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __call__(self) -> None:
        """Never called; pickle takes nothing else in its place."""


class _Constructor:
    """One of them as a reader calls it. It has nothing that bytes could change: neither attributes nor a state."""

    __slots__ = ("_allowed", "_build")

    def __init__(self, build: Callable[..., Any], allowed: tuple[str, ...]) -> None:
        object.__setattr__(self, "_build", build)
        object.__setattr__(self, "_allowed", allowed)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(name)

    def __call__(self, *parts: Any) -> Any:
        return self._build(self._allowed, *parts)  # type: ignore[attr-defined]


def _array(allowed: tuple[str, ...], dtype: str, shape: tuple[int, ...], content: Any) -> np.ndarray:
    kind = _number_type(dtype)
    if type(shape) is not tuple or len(shape) > MOST_AXES or not all(map(_is_length, shape)):
        raise ValueError("expected a shape, got none")
    made = (np.frombuffer(content, kind) if math.prod(shape) else np.empty(0, kind)).reshape(shape)
    made.flags.writeable = False
    return made


def _is_length(value: object) -> bool:
    return type(value) is int and 0 <= value < 1 << 62


def _number(allowed: tuple[str, ...], dtype: str, content: bytes) -> np.generic:
    number: np.generic = np.frombuffer(content, _number_type(dtype), count=1)[0]
    return number


def _complex(allowed: tuple[str, ...], real: float, imaginary: float) -> complex:
    return complex(real, imaginary)


def _number_type(dtype: str) -> np.dtype[Any]:
    kind = np.dtype(dtype) if type(dtype) is str and len(dtype) <= LONGEST_TYPE else None
    if kind is None or kind.kind not in NUMBERS or not kind.itemsize:
        raise ValueError(f"expected a type of numbers or texts, got {dtype}")
    return kind


def _dataclass(allowed: tuple[str, ...], address: str, values: Sequence[object]) -> object:
    """Its own checks are made anew: nobody knows who filled it in."""
    kind = kind_at(address, allowed)
    params = getattr(kind, "__dataclass_params__", None)
    names = field_names(kind)
    if params is None or not params.frozen or type(values) is not tuple or len(values) != len(names):
        raise ValueError(f"expected a frozen dataclass and its values, got {address}")
    made: Any = object.__new__(kind)
    for name, value in zip(names, values, strict=True):
        object.__setattr__(made, name, value)
    if check := getattr(made, "__post_init__", None):
        check()
    _expect_what_all_rely_on(made, address)
    return made


def _expect_what_all_rely_on(made: Any, address: str) -> None:
    """What is read outside of the one request that an answer belongs to, or before anybody looks at it."""
    if isinstance(made, Result) and not isinstance(made.provenance, Provenance):
        raise ValueError(f"expected a provenance, got {type(made.provenance)}")
    if address.startswith(ENGINES) or isinstance(made, Provenance | ResultGroup):
        kind: Any = type(made)
        for name, hint in hints_of(kind).items():
            if not fits(getattr(made, name), hint):
                raise ValueError(f"expected {name} of {address} as {hint}")


def _error(allowed: tuple[str, ...], address: str, values: dict[str, Any]) -> Exception:
    if kind := LOST.get(address):
        return kind(str(values["text"]))
    error: Any = kind_at(address, allowed)
    if not issubclass(error, VizError):
        raise ValueError(f"expected an error of ours, got {address}")
    hints = hints_of(error)
    if not {name for name in hints if not hasattr(error, name)} <= values.keys() <= hints.keys():
        raise ValueError(f"expected {', '.join(hints)} of {address}")
    if wrong := [name for name, value in values.items() if not fits(value, hints[name])]:
        raise ValueError(f"expected values of {address}, got others for {', '.join(wrong)}")
    made: Exception = error(**values)
    return made


ARRAY, NUMBER, COMPLEX, DATACLASS, ERROR = map(_Name, ("ARRAY", "NUMBER", "COMPLEX", "DATACLASS", "ERROR"))
BUILDS: dict[str, Callable[..., Any]] = {
    "ARRAY": _array,
    "NUMBER": _number,
    "COMPLEX": _complex,
    "DATACLASS": _dataclass,
    "ERROR": _error,
}


class _Writer(pickle.Pickler):
    """Asked by pickle about everything that is not one of Python's own plain values."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, _Name):
            return value.text
        if isinstance(value, np.ndarray):
            return self._parts_of_array(value)
        if isinstance(value, np.generic):
            return NUMBER, (value.dtype.str, value.tobytes())
        if is_dataclass(value) and not isinstance(value, type):
            kind = Photo if isinstance(value, Photo) else type(value)
            parts = tuple(getattr(value, name) for name in field_names(kind))
            return DATACLASS, (address_of_kind(kind), parts)
        if isinstance(value, VizError):
            return ERROR, (address_of_kind(type(value)), value.values)
        if type(value) in LOST.values():
            return ERROR, (type(value).__name__, {"text": str(value)})
        if isinstance(value, complex):
            return COMPLEX, (value.real, value.imag)
        raise pickle.PicklingError(f"expected a plain value, an array or a frozen dataclass, got {type(value)}")

    @staticmethod
    def _parts_of_array(value: np.ndarray) -> Any:
        if value.dtype.kind not in NUMBERS:
            raise pickle.PicklingError(f"expected an array of numbers or texts, got {value.dtype}")
        ordered = np.asarray(value, order="C")
        flat: Any = ordered.reshape(-1).view(np.uint8) if ordered.nbytes else np.zeros(0, np.uint8)
        return ARRAY, (value.dtype.str, value.shape, pickle.PickleBuffer(flat))


class _Reader(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, *, buffers: Iterable[Buffer], allowed: tuple[str, ...]) -> None:
        super().__init__(file, buffers=buffers)
        self._allowed = allowed

    def find_class(self, module: str, name: str) -> Any:
        if module != __name__:
            raise pickle.UnpicklingError(name)
        return _Constructor(BUILDS[name], self._allowed)


def address_of_kind(kind: type) -> str:
    """ "vizcore.photo:Photo"."""
    return f"{kind.__module__}:{kind.__qualname__}"


@lru_cache(maxsize=1024)
def kind_at(address: str, allowed: tuple[str, ...]) -> type:
    """The class of this address; ValueError unless an allowed package defines it there, outside of what only shows."""
    module, _, name = address.partition(":")
    parts = module.split(".")
    if not f"{module}.".startswith(allowed) or "__main__" in parts or SHOWN_ONLY.intersection(parts[1:2]):
        raise ValueError(f"expected a class of {', '.join(allowed)}, got {address}")
    kind = getattr(importlib.import_module(module), name, None)
    if not isinstance(kind, type) or address_of_kind(kind) != address:
        raise ValueError(f"expected a class, got {address}")
    return kind
