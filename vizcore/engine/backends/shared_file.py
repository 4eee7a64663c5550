"""How do pictures get from the app to its driver without going through a pipe? Through memory that both can read.

A file without a name that lies in memory alone (Linux). It is emptied after each use, so that no picture stays in it.
"""

from __future__ import annotations

import mmap
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from vizcore.engine.backends.transport import Part, ReplicaGone

PIECES = 512  # in one call to the system, which takes at most 1024


class SharedFile:
    """The writer's end. `descriptor` is inherited by the reader's process."""

    def __init__(self) -> None:
        self.descriptor = os.memfd_create("vizcore")
        self._turn = threading.Lock()

    @staticmethod
    def possible() -> bool:
        return hasattr(os, "memfd_create")

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Nobody else writes until the end, and then the file is empty. ReplicaGone if it is closed."""
        with self._turn:
            if self.descriptor < 0:
                raise ReplicaGone("the driver has ended")
            try:
                yield
            finally:
                os.ftruncate(self.descriptor, 0)

    def write(self, parts: Sequence[Part], offset: int) -> int:
        """The parts one after the other from `offset` on; their bytes."""
        return write_parts(self.descriptor, parts, offset)

    def close(self) -> None:
        with self._turn:
            os.close(self.descriptor)
            self.descriptor = -1  # its number may be another file's from now on


def write_parts(descriptor: int, parts: Sequence[Part], offset: int) -> int:
    """Into an open file, however much the system takes at a time; how many bytes they are."""
    views = [memoryview(each).cast("B") for each in parts]
    at = offset
    while views:
        done = os.pwritev(descriptor, views[:PIECES], at)
        at += done
        while views and done >= len(views[0]):
            done -= len(views.pop(0))
        if views:
            views[0] = views[0][done:]
    return at - offset


def read_shared(descriptor: int, offset: int, size: int) -> mmap.mmap:
    """The reader's view, valid until the writer goes on. offset: a whole number of pages."""
    flags = mmap.MAP_SHARED | getattr(mmap, "MAP_POPULATE", 0)
    return mmap.mmap(descriptor, size, flags, mmap.PROT_READ, offset=offset)
