"""How many pages are drawn at the same time? A few; the others in their order, in which a light page passes heavy ones.

Only one thread of a process runs Python at any moment. Sixty pages drawn at once take turns of milliseconds, wait for
each other's locks, and are all ready at the end; a few at a time, each is ready as soon as those before it are. A page
that waits for a model gives its turn to the next one, so that nobody waits here for the models of others.

Each page is due at its arrival plus 20 times what its last draws cost, and who is due first begins first: everybody
waits for about as many times their own work, and who has waited for long is passed by nobody (docs/scale.md).
"""

from __future__ import annotations

import os
import threading
import time
from bisect import insort
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

AT_ONCE = max(8, os.cpu_count() or 1)  # with 4, light pages have a shorter p95 and a longer p50 (docs/scale.md)
LOOK_S = 1.0  # between two looks at the place in the line; who waits less sees nothing of it
PATIENCE_S = 15.0  # then a page is drawn beside the others: one that holds a turn for long must not close the server
STRETCH = 20  # how many times its own cost a page may be passed by others
UNKNOWN_S = 0.1  # of the processor: a page that was never drawn
MOST_S = 0.5  # counted of one draw: that of a page's libraries too, the first time
NEWEST = 0.3  # weight of the newest draw in a page's mean


@dataclass(order=True)
class Waiting:
    """One who waits. due: by the monotonic clock; equals in the order of their numbers."""

    due: float
    number: int
    begin: threading.Event = field(default_factory=threading.Event, compare=False)


class Turns:
    """Counts who draws, and lets those who wait begin as they are due. Safe for threads.

    A thread that comes back from a model goes on at once, beyond `at_once` too: to make it wait could be for ever,
    since another may wait for what it holds. The next ones wait for longer instead.
    """

    def __init__(
        self,
        at_once: int = AT_ONCE,
        *,
        look_s: float = LOOK_S,
        patience_s: float = PATIENCE_S,
        clock: Callable[[], float] = time.monotonic,
        used_s: Callable[[], float] = time.thread_time,
    ) -> None:
        """used_s: seconds of the processor that this thread has used."""
        self._free = at_once
        self._looks, self._look_s = max(1, round(patience_s / look_s)), look_s
        self._clock, self._used_s = clock, used_s
        self._lock = threading.Lock()
        self._line: list[Waiting] = []
        self._came = 0
        self._cost_s: dict[str, float] = {}
        self._here, self._left_at = 0, clock()
        self._has_one: ContextVar[bool] = ContextVar("has a turn", default=False)

    @contextmanager
    def one(self, waiting: Callable[[int], None], page: str = "") -> Iterator[None]:
        """A turn for the block; inside another block of its own a thread has it already.

        waiting: told every `look_s` seconds how many come before; what it raises ends the wait. page: what is drawn,
        one of a bounded number of names.
        """
        if self._has_one.get():
            yield
            return
        with self._counted():
            self._take(waiting, page)
            token, begun_s = self._has_one.set(True), self._used_s()
            try:
                yield
            finally:
                self._note(page, self._used_s() - begun_s)
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

    def several(self) -> bool:
        """Whether more than one waits for a page or for a model on it."""
        return self._here > 1

    def quiet_s(self) -> float:
        """Seconds since somebody waited for a page or for a model on it; 0 while somebody does."""
        with self._lock:
            return 0.0 if self._here else self._clock() - self._left_at

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._lock:
            self._here += 1
        try:
            yield
        finally:
            with self._lock:
                self._here -= 1
                self._left_at = self._clock()

    def _note(self, page: str, used_s: float) -> None:
        with self._lock:
            mean_s = self._cost_s.get(page, UNKNOWN_S)
            self._cost_s[page] = mean_s + NEWEST * (min(used_s, MOST_S) - mean_s)

    def _take(self, waiting: Callable[[int], None], page: str) -> None:
        with self._lock:
            if self._free > 0 and not self._line:
                self._free -= 1
                return
            self._came += 1
            mine = Waiting(self._clock() + STRETCH * self._cost_s.get(page, UNKNOWN_S), self._came)
            insort(self._line, mine)
        try:
            for _look in range(self._looks):
                if mine.begin.wait(self._look_s):
                    return
                waiting(self._before(mine))
        except BaseException:  # streamlit ends a run with exceptions of this kind
            self._leave(mine)
            raise
        with self._lock:
            if not mine.begin.is_set():
                self._line.remove(mine)
                self._free -= 1

    def _before(self, mine: Waiting) -> int:
        with self._lock:
            return self._line.index(mine) if mine in self._line else 0

    def _leave(self, mine: Waiting) -> None:
        with self._lock:
            if not mine.begin.is_set():
                self._line.remove(mine)
                return
        self._give()

    def _give(self) -> None:
        with self._lock:
            self._free += 1
            while self._free > 0 and self._line:
                self._free -= 1
                self._line.pop(0).begin.set()


TURNS = Turns()
