"""How do inputs get from the app into a replica on the same machine? Through memory that nobody can change any more.

A file without a name that lies in memory alone (Linux), sealed once it is written: its reader may use it in place,
since neither its bytes nor its size can change under it. It is gone with the last process that has it open.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import stat
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vizcore.engine.backends.shared_file import write_parts
from vizcore.engine.backends.transport import Part, StoreFull

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

MOST_BYTES = 1 << 30  # of one file; the largest photo has 150 MB


class NotShared(Exception):
    """No such file here: on another machine, of another user, not sealed, or gone."""


@dataclass(frozen=True, eq=False)
class Sealed:
    """Where such a file is: process and descriptor; and by what it is known to be the one that was meant."""

    process: int
    descriptor: int
    inode: int
    size: int


def possible() -> bool:
    return hasattr(os, "memfd_create") and hasattr(fcntl, "F_ADD_SEALS") and os.path.isdir("/proc/self/fd")


def seal(parts: Sequence[Part]) -> Sealed:
    """A file of these parts, for as long as the object is held. StoreFull where there is no memory for it."""
    try:
        descriptor = os.memfd_create("vizcore", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    except OSError as error:  # too many open files, say
        raise StoreFull(error.strerror) from None
    try:
        size = write_parts(descriptor, parts, 0)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _seals())
        made = Sealed(os.getpid(), descriptor, os.fstat(descriptor).st_ino, size)
    except BaseException as error:
        os.close(descriptor)
        if isinstance(error, OSError):
            raise StoreFull(error.strerror) from None
        raise
    weakref.finalize(made, os.close, descriptor).atexit = False
    return made


def seal_each(objects: Sequence[Sequence[Part]]) -> Iterator[Sealed]:
    """One after the other, each when it is asked for."""
    for parts in objects:
        yield seal(parts)


def open_sealed(there: Sealed) -> mmap.mmap:
    """The reader's view, which keeps the memory. NotShared unless it is a sealed file of our own user, with that inode
    and that size: nothing is believed of what a caller says about it."""
    numbers = (there.process, there.descriptor, there.inode, there.size)
    if not possible() or any(type(each) is not int or each < 0 for each in numbers) or not 0 < there.size <= MOST_BYTES:
        raise NotShared
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
    with contextlib.ExitStack() as opened:
        try:
            descriptor = os.open(f"/proc/{there.process}/fd/{there.descriptor}", flags)
            opened.callback(os.close, descriptor)
            known = os.fstat(descriptor)
            sealed = fcntl.fcntl(descriptor, fcntl.F_GET_SEALS) & _seals() == _seals()
        except OSError:
            raise NotShared from None
        own = stat.S_ISREG(known.st_mode) and known.st_uid == os.getuid()
        if not (own and sealed and (known.st_ino, known.st_size) == (there.inode, there.size)):
            raise NotShared
        return mmap.mmap(descriptor, there.size, mmap.MAP_SHARED | mmap.MAP_POPULATE, mmap.PROT_READ)


def _seals() -> int:
    return fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
