"""For how long does a test wait for what has to come?

A guard of this kind is there only so that a hang fails instead of blocking the suite: it says nothing about speed, and
costs nothing where what is waited for comes. So every test takes it from here and none shortens it; test_patience.py
looks for small numbers. What a test says about speed is a ratio or a count, or goes through time_bounds.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_S = 180.0  # an answer that comes at once, or after a second or two of computing, on a machine that is free
PATIENCE_MS = 1000 * PATIENCE_S
LONG_PATIENCE_S = 600.0  # half a minute of computing


def wait_until(
    condition: Callable[[], object],
    *,
    meanwhile: Callable[[], object] = lambda: None,
    pause_s: float = 0.002,
    patience_s: float = PATIENCE_S,
    said: Callable[[], object] = lambda: "it did not happen in time",
) -> None:
    """Returns when `condition` holds; asks after each pause and `meanwhile` (a page that is run again)."""
    end = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < end, said()
        time.sleep(pause_s)
        meanwhile()
