"""What is asked of the engine: only picklable things, so that another process or machine could answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from vizcore.engine.fingerprint import fingerprint
from vizcore.photo import Photo

Operation = Callable[[Any, Any, Any], Any]
"""A module-level `(model, photo, settings) -> Result`, or a generator function of `vizcore.snapshots.Snapshot`s."""


NO_MODEL = ""
"""The key of an operation that needs no model: it is given None in its place, and runs in the same fair queue."""


class RequestKey(NamedTuple):
    """Two requests with equal keys have the same answer, as long as the model's weights are the same."""

    operation: str
    model: str
    photos: tuple[str, ...]
    settings: str


@dataclass(frozen=True, eq=False)
class Request:
    """One operation on one model. photo: a Photo, another object with a `sha256`, a tuple of these, or None.

    A photo's name and notes are taken off: an answer may be shared between visitors and logged, a name never.
    """

    operation: Operation
    model_key: str
    photo: Any = None
    settings: Any = None

    def __post_init__(self) -> None:
        name = getattr(self.operation, "__qualname__", "")
        if not name or "<" in name:
            raise ValueError(f"expected an operation on the level of a module, got {name or self.operation!r}")
        object.__setattr__(self, "photo", _nameless(self.photo))

    @cached_property
    def key(self) -> RequestKey:
        return RequestKey(self.operation_name, self.model_key, self.photos_sha256, fingerprint(self.settings))

    @property
    def operation_name(self) -> str:
        return f"{self.operation.__module__}.{self.operation.__qualname__}"

    @cached_property
    def photos_sha256(self) -> tuple[str, ...]:
        """sha256 of each picture; ValueError for one that has none, since its answer could not be told apart."""
        given = self.photo if isinstance(self.photo, tuple) else () if self.photo is None else (self.photo,)
        hashes = tuple(getattr(each, "sha256", "") for each in given)
        if not all(isinstance(each, str) and each for each in hashes):
            raise ValueError(f"expected photos with a sha256, got {[type(each).__name__ for each in given]}")
        return hashes


def _nameless(photo: Any) -> Any:
    if isinstance(photo, tuple):
        return tuple(_nameless(each) for each in photo)
    if not isinstance(photo, Photo) or not (photo.name or photo.notes):
        return photo
    return Photo(photo.rgb, "", (), photo.sha256)
