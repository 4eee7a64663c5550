"""The tasks of one device: which wait, which one runs, and how long a turn takes."""

from __future__ import annotations

import math
from collections import deque
from statistics import fmean
from threading import Condition, Lock

from vizcore.engine.queue import FairQueue
from vizcore.engine.task import Task


class DeviceQueue:
    """One device's line of tasks. Guarded by the scheduler's lock, but for `turns_s`, which the worker appends to.

    device: the setting that names it. closing: begun, then left by all; the worker closes their generators.
    turns_s: seconds that the last turns took. current_since: when the turn under way began, by the scheduler's clock.
    parked: turns in a row whose task found no room for its model.
    """

    def __init__(self, device: str, lock: Lock) -> None:
        self.device = device
        self.queue: FairQueue[Task] = FairQueue()
        self.closing: deque[Task] = deque()
        self.current: Task | None = None
        self.current_since = 0.0
        self.parked = 0
        self.arrived = Condition(lock)
        self.turns_s: deque[float] = deque(maxlen=32)

    def load(self) -> int:
        """Tasks that wait for a turn, and the one that has it."""
        return len(self.queue) + (self.current is not None)

    def waiting(self) -> int:
        """How many tasks have not begun."""
        return sum(task.state == "waiting" for task in self.queue)

    def expected_wait_s(self, turns: int) -> float:
        """How long that many turns will take, if they are like the last ones."""
        return turns * fmean(self.turns_s) if self.turns_s else 0.0

    def retry_s(self) -> int:
        """Whole seconds, at least 1, after which the line will have been served."""
        return max(1, math.ceil(self.expected_wait_s(len(self.queue) + 1)))
