"""What do a replica's reports on one request say to the engine? Each step once, and a result with its way."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from vizcore.engine.backends.wire import Update
from vizcore.photo import Note
from vizcore.results import Result
from vizcore.snapshots import Snapshot


class Reports:
    """steps: how many of the job's steps have been told. begun_again: they were taken again, on another replica."""

    def __init__(self) -> None:
        self.steps = 0
        self.begun_again = False
        self.busy_s = 0.0
        self._lost_steps = 0
        self._sent_at = 0.0

    def sent(self) -> None:
        """The request goes to a replica now."""
        self._sent_at = time.monotonic()

    @property
    def under_way_s(self) -> float:
        return time.monotonic() - self._sent_at

    def lost(self) -> None:
        """The replica is gone, and with it every step."""
        if self.steps:
            self.begun_again, self._lost_steps, self.steps = True, max(self._lost_steps, self.steps), 0

    def take(self, update: Update, wait_s: float) -> Sequence[Snapshot]:
        """The snapshots of a report. wait_s: how long the request had waited here."""
        if update.begun_again:
            self.begun_again, self.steps = True, 0
        snapshots = self._snapshots(update, wait_s)
        self.steps += len(update.history)
        return snapshots

    def _snapshots(self, update: Update, wait_s: float) -> Sequence[Snapshot]:
        if update.latest is None:
            return ()
        total = update.latest.total
        earlier = [Snapshot(step, total, values) for step, values in update.history[:-1]]
        result = self._stamped(update.best, update.state == "done", wait_s) if update.best is not None else None
        last = replace(update.latest, result=result)
        return (*earlier, last) if update.history or result is not None else ()

    def _stamped(self, result: Result, over: bool, wait_s: float) -> Result:
        """With the wait here, the time on the way, and whether the work had to be done twice."""
        known = result.provenance
        timing = dict(known.timing_ms)
        if over and self.steps == 0 and "model" in timing:  # one call: what is neither wait nor work was the way
            passed = self.under_way_s * 1e3
            timing["transfer"] = max(0.0, passed - timing["model"] - timing.get("wait", 0.0))
        self.busy_s = timing.get("model", 0.0) / 1e3
        timing["wait"] = timing.get("wait", 0.0) + wait_s * 1e3
        notes = (Note("begun_again", {"steps": self._lost_steps}),) if self._lost_steps else ()
        return replace(result, provenance=replace(known, timing_ms=timing, notes=(*known.notes, *notes)))
