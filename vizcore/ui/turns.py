"""How many pages are drawn at the same time? A few, the others in the order in which they were asked for.

Only one thread of a process runs Python at any moment. Sixty pages drawn at once take turns of milliseconds, wait for
each other's locks, and are all ready at the end; a few at a time, each is ready as soon as those before it are. A page
that waits for a model gives its turn to the next one, so that nobody waits here for the models of others.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

AT_ONCE = max(8, os.cpu_count() or 1)  # with 3, a dozen visitors waited longer for light pages (docs/scale.md)
LOOK_S = 1.0  # between two looks at the place in the line; who waits less sees nothing of it
PATIENCE_S = 15.0  # then a page is drawn beside the others: one that holds a turn for long must not close the server


class Turns:
    """Counts who draws, and lets those who wait begin in their order. Safe for threads.

    A thread that comes back from a model goes on at once, beyond `at_once` too: to make it wait could be for ever,
    since another may wait for what it holds. The next ones wait for longer instead.
    """

    def __init__(self, at_once: int = AT_ONCE, *, look_s: float = LOOK_S, patience_s: float = PATIENCE_S) -> None:
        self._free = at_once
        self._looks, self._look_s = max(1, round(patience_s / look_s)), look_s
        self._lock = threading.Lock()
        self._line: deque[threading.Event] = deque()
        self._has_one: ContextVar[bool] = ContextVar("has a turn", default=False)

    @contextmanager
    def one(self, waiting: Callable[[int], None]) -> Iterator[None]:
        """A turn for the block; inside another block of its own a thread has it already.

        waiting: told every `look_s` seconds how many come before; what it raises ends the wait.
        """
        if self._has_one.get():
            yield
            return
        self._take(waiting)
        token = self._has_one.set(True)
        try:
            yield
        finally:
            self._has_one.reset(token)
            self._give()

    @contextmanager
    def given_away(self) -> Iterator[None]:
        """The block waits for something that is not drawn here: meanwhile the turn is another's."""
        if not self._has_one.get():
            yield
            return
        token = self._has_one.set(False)
        self._give()
        try:
            yield
        finally:
            with self._lock:
                self._free -= 1
            self._has_one.reset(token)

    def waiting(self) -> int:
        """How many wait for their turn."""
        with self._lock:
            return len(self._line)

    def _take(self, waiting: Callable[[int], None]) -> None:
        with self._lock:
            if self._free > 0 and not self._line:
                self._free -= 1
                return
            mine = threading.Event()
            self._line.append(mine)
        try:
            for _look in range(self._looks):
                if mine.wait(self._look_s):
                    return
                waiting(self._before(mine))
        except BaseException:  # streamlit ends a run with exceptions of this kind
            self._leave(mine)
            raise
        with self._lock:
            if not mine.is_set():
                self._line.remove(mine)
                self._free -= 1

    def _before(self, mine: threading.Event) -> int:
        with self._lock:
            return self._line.index(mine) if mine in self._line else 0

    def _leave(self, mine: threading.Event) -> None:
        with self._lock:
            if not mine.is_set():
                self._line.remove(mine)
                return
        self._give()

    def _give(self) -> None:
        with self._lock:
            self._free += 1
            while self._free > 0 and self._line:
                self._free -= 1
                self._line.popleft().set()


TURNS = Turns()
