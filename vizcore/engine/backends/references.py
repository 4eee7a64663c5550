"""Which inputs lie ready for replicas, in the cluster's object store or in sealed memory of this process, and where?"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vizcore.engine.backends.bundle import bundle
from vizcore.engine.backends.keys import photo_of
from vizcore.engine.backends.transport import Part, StoreFull
from vizcore.engine.cache import held_bytes
from vizcore.photo import Photo

KEPT_BYTES = 64_000_000  # there for the next call, and for the other replicas
KEPT_BUNDLES = 64  # each in sealed memory is an open file
COPIED_BYTES = 8_000_000  # so much is copied by a replica and kept; more is read where it lies, for one call
BUNDLE_BYTES = 6_000_000  # many inputs are several bundles: one is stored while the next is on its way


@dataclass(frozen=True, eq=False)
class Lent:
    """One bundle in the store. copied: whether a replica that is given it keeps its inputs."""

    reference: Any
    size: int
    holds: frozenset[str]
    copied: bool


class References:
    """Inputs are put there once, all of a call together, for every later call and replica. Safe for threads."""

    def __init__(self, put: Callable[[Sequence[Sequence[Part]]], Iterator[Any]], bundle_bytes: int = 0) -> None:
        """put: of objects, as `Transport.put`. bundle_bytes: BUNDLE_BYTES if 0."""
        self._put = put
        self._bundle_bytes = bundle_bytes
        self._lent: OrderedDict[Lent, None] = OrderedDict()
        self._where: dict[str, Lent] = {}
        self._lock = threading.Lock()

    def lend(self, inputs: Mapping[str, Any], *, of_bytes: int = 0) -> Iterator[Lent]:
        """The bundles in which these inputs (key -> value) lie, each as soon as it is there; what lies nowhere is put
        into new ones. of_bytes: of all inputs of the call, where these are but a part. StoreFull."""
        with self._lock:
            found = {key: self._where[key] for key in inputs if key in self._where}
            for each in found.values():
                self._lent.move_to_end(each)
        yield from dict.fromkeys(found.values())
        if missing := {key: value for key, value in inputs.items() if key not in found}:
            yield from self._put_all(missing, of_bytes)

    def known(self) -> Collection[str]:
        """Keys of everything that is there."""
        with self._lock:
            return set(self._where)

    def forget(self, photos_sha256: Collection[str]) -> None:
        """A bundle with one of these, or with what was made of one, goes as a whole; its others are put there again
        when they are asked for."""
        with self._lock:
            for each in {lent for key, lent in self._where.items() if photo_of(key) in photos_sha256}:
                self._drop(each)

    def clear(self) -> None:
        with self._lock:
            self._lent.clear()
            self._where.clear()

    def _put_all(self, inputs: Mapping[str, Any], of_bytes: int) -> Iterator[Lent]:
        groups = list(_in_groups(inputs, self._bundle_bytes or BUNDLE_BYTES))
        objects = [bundle(each) for each in groups]
        sizes = [sum(len(part) for part in parts) for parts in objects]
        copied = max(sum(sizes), of_bytes) <= COPIED_BYTES
        new: list[Lent] = []
        emptied = False
        while len(new) < len(groups):
            try:
                for reference in self._put(objects[len(new) :]):
                    at = len(new)
                    new.append(Lent(reference, sizes[at], frozenset(groups[at]), copied))
                    self._remember(new)
                    yield new[-1]
            except StoreFull:
                if emptied:
                    raise
                self.clear()
                emptied = True

    def _remember(self, new: Sequence[Lent]) -> None:
        """The last of these. What is lent for one call stays, however much it is."""
        with self._lock:
            self._lent[new[-1]] = None
            self._where |= dict.fromkeys(new[-1].holds, new[-1])
            while len(self._lent) > len(new) and (
                len(self._lent) > KEPT_BUNDLES or sum(each.size for each in self._lent) > KEPT_BYTES
            ):
                self._drop(next(iter(self._lent)))

    def _drop(self, lent: Lent) -> None:
        del self._lent[lent]
        for key in lent.holds:
            if self._where.get(key) is lent:
                del self._where[key]


def size_of(value: Any) -> int:
    return value.rgb.nbytes if isinstance(value, Photo) else held_bytes(value)


def _in_groups(inputs: Mapping[str, Any], most_bytes: int) -> Iterator[Mapping[str, Any]]:
    """In order, each group as large as a bundle may be, or one input that is larger."""
    group: dict[str, Any] = {}
    size = 0
    for key, value in inputs.items():
        own = size_of(value)
        if group and size + own > most_bytes:
            yield group
            group, size = {}, 0
        group[key] = value
        size += own
    yield group
