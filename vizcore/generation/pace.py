"""When is it time to show something again, without the showing costing the run more than a small share?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Pace:
    """Due at once, then every `interval_s`, or less often where showing takes more than `share` of the time."""

    def __init__(self, interval_s: float, share: float = 0.04, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval_s, self._share, self._clock = interval_s, share, clock
        self._next = clock()

    def due(self) -> bool:
        """Whether enough time has passed."""
        return self._clock() >= self._next

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Around the work of showing: its own duration sets when it is due again."""
        began = self._clock()
        yield
        ended = self._clock()
        self._next = ended + max(self._interval_s, (ended - began) / self._share)
