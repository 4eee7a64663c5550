"""Does memory that a model call frees go back to the system, only to be asked for again by the next call?

glibc's malloc gives large blocks back at once, and the system fills each page that it lends with zeros: 37,000 pages
for 64 photos of a small network, 13 % of its time. A process that does nothing but run models keeps them.
"""

from __future__ import annotations

import ctypes
import os

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8  # of malloc.h
KEPT_BYTES = 32 << 20  # so much stays with each heap; larger blocks go back (the most that malloc takes for the latter)
HEAPS = 2


def keep_freed_memory() -> bool:
    """From now on. False where the environment says how it is to be, or the system's library is not glibc."""
    if any(name.startswith("MALLOC_") and name.endswith("THRESHOLD_") for name in os.environ):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, TypeError, AttributeError):  # Windows, macOS
        return False
    wanted = {M_TRIM_THRESHOLD: KEPT_BYTES, M_MMAP_THRESHOLD: KEPT_BYTES, M_ARENA_MAX: HEAPS}
    done = [bool(mallopt(name, value)) for name, value in wanted.items()]
    return all(done)
