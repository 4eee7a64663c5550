"""Where do a replica's inputs come from? Those that it holds from before, and bundles that are read where they lie."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Sequence
from typing import Any

from vizcore.engine.backends.bundle import open_bundle
from vizcore.engine.backends.sealed import NotShared, Sealed, open_sealed
from vizcore.engine.cache import ByteCache
from vizcore.errors import MessageRefused
from vizcore.photo import Photo, pixels_sha256
from vizcore.results import Result


class HeldInputs:
    """hash -> photo or embedding, the least used dropped beyond `budget_mb`. Safe for threads.

    fetch: turns references that came with a call into their bytes, as buffers.
    allowed: packages whose types may be in a bundle.
    """

    def __init__(self, budget_mb: int, fetch: Callable[[Sequence[Any]], Sequence[Any]], allowed: Sequence[str]) -> None:
        self._kept: ByteCache[str, Any] = ByteCache(budget_mb * 1_000_000)
        self._fetch = fetch
        self._allowed = tuple(allowed)

    def keep(self, sha256: str, value: Any) -> None:
        self._kept.put(sha256, value)

    def list_hashes(self) -> Sequence[str]:
        """Of what is kept."""
        return list(self._kept.list_keys())

    def find(
        self, hashes: Sequence[str], given: bytes, to_keep: Sequence[Any], to_read: Sequence[Any]
    ) -> dict[str, Any]:
        """Those of the hashes that are held here or come in a bundle now that can be read. MessageRefused."""
        held = {sha256: value for sha256 in hashes if (value := self._kept.get(sha256)) is not None}
        if len(held) == len(set(hashes)):
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
        for sha256, value in kept.items():
            self._kept.put(sha256, value)
        read: dict[str, Any] = {}
        for data in self._buffers(to_read):
            read |= self._opened(data)
        return kept | read

    def _opened(self, data: Any, *, copied: bool = False) -> dict[str, Any]:
        """A bundle whose photos are what their hashes say: answers and embeddings are kept under them for everybody."""
        inputs = open_bundle(data, copied=copied, allowed=self._allowed)
        for sha256, value in inputs.items():
            if isinstance(value, Photo) and not sha256 == value.sha256 == pixels_sha256(value.rgb):
                raise MessageRefused
        return inputs

    def forget(self, photos_sha256: Collection[str]) -> None:
        """Drops these pictures and what was made of them (embeddings)."""
        gone = set(photos_sha256)
        self._kept.discard([key for key in self._kept.list_keys() if key in gone or self._made_of(key, gone)])

    def _buffers(self, references: Sequence[Any]) -> Sequence[Any]:
        sealed = [open_sealed(each) for each in references if isinstance(each, Sealed)]
        stored = [each for each in references if not isinstance(each, Sealed)]
        return [*sealed, *(self._fetch(stored) if stored else ())]

    def _made_of(self, key: str, gone: set[str]) -> bool:
        value = self._kept.get(key)
        return isinstance(value, Result) and bool(gone.intersection(value.provenance.photos_sha256))
