"""What does the server do some time from now? One thread waits for all of it, however many visits have ended."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable

from vizcore.ui.each_by_itself import each_by_itself

log = logging.getLogger(__name__)


class Later:
    """Actions in the order in which they fall due. Safe for threads. clock: seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._waiting: list[tuple[float, int, Callable[[], object]]] = []  # a heap: when, and in which order they came
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, action: Callable[[], object], after_s: float) -> None:
        """Runs it in so many seconds, in another thread. Where none can be started, it waits for the next `add`."""
        with self._changed:
            heapq.heappush(self._waiting, (self._clock() + after_s, next(self._numbers), action))
            self._start()
            self._changed.notify()

    def run_due(self) -> None:
        """Each by itself: what one cannot do costs no other."""
        each_by_itself(self._take_due(), "later")

    def _take_due(self) -> list[Callable[[], object]]:
        due = []
        with self._changed:
            while self._waiting and self._waiting[0][0] <= self._clock():
                due.append(heapq.heappop(self._waiting)[2])
        return due

    def _start(self) -> None:
        """The lock is held."""
        if self._thread is not None:
            return
        thread = threading.Thread(target=self._run, name="vizcore-later", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            log.warning("no thread for what is to be done later; it is tried again with the next visit that ends")
            return
        self._thread = thread

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait(max(self._waiting[0][0] - self._clock(), 0) if self._waiting else None)
            self.run_due()


LATER = Later()
