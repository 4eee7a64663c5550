"""Of what does Python look through everything, in search of garbage that refers to itself? Of what is new.

With torch, pandas and plotly loaded a full look passes 400,000 objects that stay for good: a third of a second during
which nothing else in the process moves, and in a crowd it comes every few seconds (docs/scale.md). So what a full look
has left is put aside (`gc.freeze`) if the look was long; the next ones pass what was made since. What was put aside and
then became garbage, as a visit that was under way, is found when nobody has waited for a page for a moment, and in a
crowd without a pause after two minutes.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Mapping

from vizcore.engine.device import collect_all_garbage

FULL = 2  # Python's number of the oldest generation
LONG_S = 0.05  # of the processor: about 60,000 objects
PAUSE_S = 1.5  # without a page; whoever clicks again sooner is not met by a look
LATEST_S = 120.0
LOOK_S = 0.5


class Garbage:
    """Puts aside what stays. start, stop: called by the server's lifespan.

    quiet_s: seconds since somebody waited for a page, 0 while somebody does. used_s: seconds of the processor that this
    thread has used.
    """

    def __init__(
        self,
        quiet_s: Callable[[], float],
        *,
        clock: Callable[[], float] = time.monotonic,
        used_s: Callable[[], float] = time.thread_time,
    ) -> None:
        self._quiet_s, self._clock, self._used_s = quiet_s, clock, used_s
        self._begun_s = 0.0
        self._all_seen_at = clock()
        self._aside = False  # something was put aside since everything was looked through
        self._end = threading.Event()

    def start(self) -> None:
        gc.freeze()  # what is loaded by now
        gc.callbacks.append(self.collected)
        threading.Thread(target=self._run, name="vizcore-garbage", daemon=True).start()

    def stop(self) -> None:
        """Python looks at everything again."""
        self._end.set()
        gc.callbacks.remove(self.collected)
        gc.unfreeze()

    def collected(self, phase: str, info: Mapping[str, int]) -> None:
        """Told by Python before and after each look ("start", "stop")."""
        if info["generation"] < FULL:
            return
        if phase == "start":
            self._begun_s = self._used_s()
        elif self._used_s() - self._begun_s > LONG_S:
            gc.freeze()
            self._aside = True

    def look_through_all(self) -> bool:
        """Finds what became garbage after it was put aside, if it is time for that; whether it was."""
        waited_s = self._clock() - self._all_seen_at
        if not self._aside or (self._quiet_s() < PAUSE_S and waited_s < LATEST_S):
            return False
        collect_all_garbage()
        gc.freeze()
        self._aside, self._all_seen_at = False, self._clock()
        return True

    def _run(self) -> None:
        while not self._end.wait(LOOK_S):
            self.look_through_all()
