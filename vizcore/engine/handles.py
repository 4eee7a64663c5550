"""What a caller holds while a request is under way: a handle on one result, or on a job to watch."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from vizcore.engine.requests import Request
from vizcore.engine.task import HandleOwner, Progress, State, Task
from vizcore.errors import Cancelled, DeadlinePassed, VizError
from vizcore.results import Result
from vizcore.snapshots import Snapshot

SHORTEST_WAIT_S = 0.001


class Latch:
    """A `threading.Event` that is set once, by one thread at a time: a bare lock, which costs a third."""

    def __init__(self) -> None:
        self._open = False
        self._lock = threading.Lock()
        self._lock.acquire()

    def is_set(self) -> bool:
        return self._open

    def set(self) -> None:
        if not self._open:
            self._open = True
            self._lock.release()

    def wait(self, timeout: float | None = None) -> bool:
        """Whether it is set now, after `timeout` seconds at most; every thread that waits comes through."""
        if not self._open and self._lock.acquire(timeout=-1 if timeout is None else timeout):
            self._lock.release()
        return self._open


class Handle(ABC):
    """One caller's share in a task. Several callers may share one; each can leave without the others."""

    one_per_session: ClassVar[bool] = False

    def __init__(self, task: Task, session: str, scheduler: HandleOwner, patience_s: float) -> None:
        self._task = task
        self.session = session
        self._scheduler = scheduler
        self._patience_s = patience_s
        self._since = scheduler.clock()
        self._end: tuple[State, VizError | None, Progress] | None = None
        self._settled = Latch()

    @property
    def task(self) -> Task:
        """For the scheduler; a caller reads `request`."""
        return self._task

    @property
    def request(self) -> Request:
        """What was asked for: operation, model, photo and settings."""
        return self._task.request

    @property
    def state(self) -> State:
        """waiting, running, done, cancelled, failed or abandoned."""
        return self._end[0] if self._end else self._task.state

    def done(self) -> bool:
        """Whether nothing more will come: answered, failed, cancelled or given up."""
        return self._settled.is_set()

    def cancel(self) -> None:
        """Leaves at once. The task ends too, unless others wait for it: before its next step, if it has begun."""
        if not self.done():
            self._scheduler.leave(self, "cancelled", Cancelled())

    def position(self) -> int:
        """Turns until its own: 1 = next, 0 = it is running or over."""
        return self._scheduler.position(self)

    def expected_wait_s(self) -> float:
        """Seconds until its turn, guessed from how long the last turns took."""
        return self._scheduler.expected_wait_s(self)

    def result(self, timeout: float | None = None) -> Result:
        """Waits for the answer. Cancelled keeps the best so far: that is the answer if there is one.

        Raises the VizError that ended the task, or TimeoutError after `timeout` seconds (the task goes on).
        """
        end_at = None if timeout is None else time.monotonic() + timeout
        while not self._settled.wait(self._pause(end_at)):
            if end_at is not None and time.monotonic() >= end_at:
                raise TimeoutError(f"no answer within {timeout} s")
            self._look()
        return self._answer()

    def settle(self, state: State, error: VizError | None = None) -> None:
        """Ends this handle with what is known now; called by the scheduler, under its lock."""
        self._end = (state, error, self._task.progress)
        self._settled.set()

    @abstractmethod
    def over_since(self, now: float) -> tuple[State, VizError] | None:
        """How this handle has ended by itself, if it has."""

    @abstractmethod
    def _longest_pause(self) -> float | None:
        """Seconds a blocked caller may sleep before `_look`; None = until it is settled."""

    @abstractmethod
    def _look(self) -> None:
        """What a blocked caller does when it wakes without an answer."""

    def _pause(self, end_at: float | None) -> float | None:
        own = self._longest_pause()
        left = None if end_at is None else end_at - time.monotonic()
        pauses = [pause for pause in (own, left) if pause is not None]
        return max(min(pauses), SHORTEST_WAIT_S) if pauses else None

    def _answer(self) -> Result:
        if self._end is None:
            raise ValueError("expected a settled claim")
        state, error, progress = self._end
        if progress.best is not None and state != "failed":
            return progress.best
        raise _fresh(error or Cancelled())


class ResultHandle(Handle):
    """For one result. A task that has not begun when the deadline is over is not begun for this handle."""

    def over_since(self, now: float) -> tuple[State, VizError] | None:
        late = self._task.state == "waiting" and now - self._since > self._patience_s
        return ("failed", DeadlinePassed(deadline_s=self._patience_s)) if late else None

    def _longest_pause(self) -> float | None:
        if self._task.state != "waiting":
            return None
        return self._since + self._patience_s - self._scheduler.clock()

    def _look(self) -> None:
        self._scheduler.look_after(self)


class JobHandle(Handle):
    """For a long task that is watched. A job that nobody has asked about for a while is abandoned."""

    one_per_session = True

    def touch(self) -> None:
        """Says that somebody still watches; `snapshot` says so too."""
        self._since = self._scheduler.clock()

    def snapshot(self) -> Snapshot | None:
        """The newest snapshot with the best result so far; None before the first step."""
        self.touch()
        progress = self._progress()
        latest = progress.latest
        if latest is None:
            return None
        return Snapshot(latest.step, latest.total, latest.values, latest.preview, progress.best)

    def history(self) -> tuple[tuple[int, Mapping[str, float]], ...]:
        """(step, values) of every snapshot so far."""
        return self._progress().history

    @property
    def error(self) -> VizError | None:
        """Why it failed, if it did."""
        return self._end[1] if self._end and self._end[0] == "failed" else None

    def over_since(self, now: float) -> tuple[State, VizError] | None:
        return ("abandoned", Cancelled()) if now - self._since > self._patience_s else None

    def _progress(self) -> Progress:
        return self._end[2] if self._end else self._task.progress

    def _longest_pause(self) -> float | None:
        return self._patience_s / 3

    def _look(self) -> None:
        self.touch()


def _fresh(error: VizError) -> VizError:
    """A copy, since one error object must not be raised in several threads."""
    copy = type(error)(**error.values)
    copy.__cause__ = error.__cause__
    return copy
