"""Where do a replica's inputs come from? Those that it holds from before, and bundles that are read where they lie."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Sequence
from typing import Any

from vizcore.engine.backends.bundle import open_bundle
from vizcore.engine.backends.keys import key_of, photo_of
from vizcore.engine.backends.sealed import NotShared, Sealed, open_sealed
from vizcore.engine.cache import ByteCache
from vizcore.engine.fingerprint import field_names
from vizcore.errors import MessageRefused
from vizcore.photo import Photo, pixels_sha256
from vizcore.results import Result


class HeldInputs:
    """key (`keys`) -> photo or embedding, the least used dropped beyond `budget_mb`. Safe for threads.

    fetch: turns references that came with a call into their bytes, as buffers.
    allowed: packages whose types may be in a bundle.
    """

    def __init__(self, budget_mb: int, fetch: Callable[[Sequence[Any]], Sequence[Any]], allowed: Sequence[str]) -> None:
        self._kept: ByteCache[str, Any] = ByteCache(budget_mb * 1_000_000)
        self._fetch = fetch
        self._allowed = tuple(allowed)

    def keep(self, key: str, value: Any) -> None:
        self._kept.put(key, value)

    def list_keys(self) -> Sequence[str]:
        """Of what is kept."""
        return list(self._kept.list_keys())

    def find(self, keys: Sequence[str], given: bytes, to_keep: Sequence[Any], to_read: Sequence[Any]) -> dict[str, Any]:
        """Those that are held here under these keys or come in a bundle now that can be read. MessageRefused."""
        held = {key: value for key in keys if (value := self._kept.get(key)) is not None}
        if len(held) == len(set(keys)):
            return held
        with contextlib.suppress(NotShared):
            return held | self.open(given, to_keep, to_read)
        return held

    def open(self, given: bytes, to_keep: Sequence[Any], to_read: Sequence[Any]) -> dict[str, Any]:
        """What comes with a call, or is to be kept, is no longer in anybody's shared memory. The rest is read where it
        lies, for this call alone: its bytes stay in the object store, where the caller keeps them for the next.
        NotShared, MessageRefused."""
        kept = self._opened(given, copied=True) if given else {}
        for data in self._buffers(to_keep):
            # each by itself, or one alone would keep the memory of all
            kept |= self._opened(data, copied=True)
        for key, value in kept.items():
            self._kept.put(key, value)
        read: dict[str, Any] = {}
        for data in self._buffers(to_read):
            read |= self._opened(data)
        return kept | read

    def _opened(self, data: Any, *, copied: bool = False) -> dict[str, Any]:
        """A bundle of inputs that belong under their keys: answers are kept under their hashes for everybody."""
        inputs = open_bundle(data, copied=copied, allowed=self._allowed)
        try:
            honest = all(type(key) is str and _belongs(key, value) for key, value in inputs.items())
        except Exception:  # the border: a hash that is worked out from parts of any type
            honest = False
        if not honest:
            raise MessageRefused
        return inputs

    def forget(self, photos_sha256: Collection[str]) -> None:
        """Drops these pictures and what was made of them (embeddings)."""
        gone = set(photos_sha256)
        self._kept.discard([key for key in self._kept.list_keys() if photo_of(key) in gone or self._made_of(key, gone)])

    def _buffers(self, references: Sequence[Any]) -> Sequence[Any]:
        sealed = [open_sealed(each) for each in references if isinstance(each, Sealed)]
        stored = [each for each in references if not isinstance(each, Sealed)]
        return [*sealed, *(self._fetch(stored) if stored else ())]

    def _made_of(self, key: str, gone: set[str]) -> bool:
        value = self._kept.get(key)
        return isinstance(value, Result) and bool(gone.intersection(value.provenance.photos_sha256))


def _belongs(key: str, value: Any) -> bool:
    """Whether it is an input of this key: a photo of these pixels, a result that says of which photos it is, or what
    works its hash out from its own content, where every part with a hash has the same one and belongs under its key."""
    if type(value) is Photo:
        return key == value.sha256 == pixels_sha256(value.rgb)
    if key != key_of(value):
        return False
    if isinstance(value, Result):
        return len(value.provenance.photos_sha256) > 0  # or it could not be forgotten with them
    kind: Any = type(value)
    names = field_names(kind)
    parts = [each for name in names if hasattr(each := getattr(value, name), "sha256")]
    return "sha256" not in names and all(each.sha256 == value.sha256 and _belongs(key_of(each), each) for each in parts)
