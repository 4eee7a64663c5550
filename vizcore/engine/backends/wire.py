"""What travels between this process and a replica, and how: values as bytes, pictures by hash.

Bytes are plain values (`plain`), so that reading them runs nothing. Between its own processes Ray speaks pickle, which
can run code: a cluster has a secret and a network of its own, and the app is no process of Ray's (`driver`).
"""

from __future__ import annotations

import hashlib
import importlib
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import vizcore
from vizcore.engine.backends import plain
from vizcore.engine.backends.base import BackendStatus
from vizcore.engine.backends.keys import key_of
from vizcore.engine.requests import Operation, Request
from vizcore.engine.task import State
from vizcore.errors import MessageRefused, VizError
from vizcore.provenance import versions
from vizcore.results import Result
from vizcore.snapshots import Snapshot
from vizcore.zoo.cards import ModelCard

T = TypeVar("T")


@dataclass(frozen=True)
class ByKey:
    """Stands in a call where a picture, or another input with a hash, will be put back."""

    key: str


@dataclass(frozen=True, eq=False)
class Call:
    """One request on its way. operation: "module:name". card: by value, so that a replica needs no catalogue of ours.

    job: chosen by the caller, so that it can stop what it never heard of again. wait_s: for the end, before reporting.
    coming: hashes of photos that are brought later.
    """

    job: str
    operation: str
    model_key: str
    card: ModelCard | None
    photo: Any
    settings: Any
    wait_s: float
    coming: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _expect((self.job, str), (self.operation, str), (self.model_key, str), (self.card, ModelCard | None))


@dataclass(frozen=True, eq=False)
class Update:
    """What a replica says of a job. history: (step, values) of the steps since the last update, or of all if
    `begun_again`. best: the newest result, if it is another than last time. missing: inputs that it does not hold.

    known: False for a job that this replica never had, or had before it was started again.
    """

    state: State = "waiting"
    known: bool = True
    missing: tuple[str, ...] = ()
    error: VizError | None = None
    history: tuple[tuple[int, Mapping[str, float]], ...] = ()
    latest: Snapshot | None = None
    best: Result | None = None
    begun_again: bool = False
    weights_sha256: str = ""
    status: BackendStatus | None = None

    def __post_init__(self) -> None:
        _expect((self.error, VizError | None), (self.latest, Snapshot | None), (self.best, Result | None))
        _expect((self.status, BackendStatus | None))


def _expect(*pairs: tuple[object, Any]) -> None:
    """Asked when one is made and when one is read: what its reader relies on."""
    for value, kind in pairs:
        if not isinstance(value, kind):
            raise ValueError(f"expected {kind}, got {type(value)}")


def pack(value: object) -> bytes:
    return plain.dumps(value)


def unpack(data: bytes, expected: type[T], allowed: Iterable[str] | None = None) -> T:
    """The value, its arrays read-only as they were before they travelled. MessageRefused unless it is one of these."""
    value = plain.loads(data, allowed=plain.OURS if allowed is None else allowed)
    if not isinstance(value, expected):
        raise MessageRefused
    return value


def by_key(photo: Any) -> Any:
    """The request's photo, every part of it as its key alone."""
    if photo is None:
        return None
    return tuple(ByKey(key_of(each)) for each in photo) if isinstance(photo, tuple) else ByKey(key_of(photo))


def keys_in(photo: Any) -> tuple[str, ...]:
    parts = photo if isinstance(photo, tuple) else (photo,)
    return tuple(each.key for each in parts if isinstance(each, ByKey))


def put_back(photo: Any, inputs: Mapping[str, Any]) -> Any:
    """The inverse of `by_key`."""
    if isinstance(photo, tuple):
        return tuple(put_back(each, inputs) for each in photo)
    return inputs[photo.key] if isinstance(photo, ByKey) else photo


def inputs_of(request: Request) -> dict[str, Any]:
    parts = request.photo if isinstance(request.photo, tuple) else (request.photo,)
    return {key_of(each): each for each in parts if each is not None}


def address_of(operation: Operation) -> str:
    """ "vizcore.features.classes:classify"."""
    return f"{operation.__module__}:{operation.__qualname__}"


def operation_at(address: str, allowed: Iterable[str] = plain.OURS) -> Operation:
    """The operation of this address; ValueError for one that is not of an allowed package, or is no function."""
    module, _, name = address.partition(":")
    if not f"{module}.".startswith(tuple(allowed)):
        raise ValueError(f"expected an operation of {', '.join(allowed)}, got {address}")
    found = getattr(importlib.import_module(module), name, None)
    if not callable(found) or isinstance(found, type) or getattr(found, "__module__", "") != module:
        raise ValueError(f"expected an operation, got {address}")
    return found  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def identity() -> Mapping[str, str]:
    """What must be the same at both ends for answers to be the same."""
    return {**versions(), "python": platform.python_version(), "code": code_sha256(Path(vizcore.__file__).parent)[:12]}


def code_sha256(package: Path) -> str:
    """Of every source file on which an answer can depend."""
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        inside = path.relative_to(package)
        if inside.parts[0] not in plain.SHOWN_ONLY:
            digest.update(inside.as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
