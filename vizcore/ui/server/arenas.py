"""How many heaps do the server's threads share?

glibc gives nearly each thread a heap of its own, and what a visit frees in one of them is of no use to the next visit
in another: after 180 visits the process held 200 MB more than with two heaps (docs/scale.md). `make run`, the container
and the service say so in the environment; `streamlit run app.py` learns it here.
"""

from __future__ import annotations

import ctypes
import os

M_ARENA_MAX = -8  # of malloc.h
ARENAS = 2


def with_few_arenas() -> bool:
    """From now on. False where the environment has its own number already, or the system's library is not glibc."""
    if "MALLOC_ARENA_MAX" in os.environ:
        return False
    try:
        return bool(ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS))
    except (OSError, TypeError, AttributeError):  # Windows, macOS
        return False
