"""What belongs to one device: its line of work, its models, its thread's name and what its turns took."""

from __future__ import annotations

import logging
import math
from collections import deque
from statistics import fmean
from threading import Condition, Lock

from vizcore.engine.device import limit_threads, resolve_device
from vizcore.engine.pool import Loader, ModelPool
from vizcore.engine.queue import FairQueue
from vizcore.engine.task import Task
from vizcore.photo import Note
from vizcore.settings import Settings

log = logging.getLogger("vizcore.engine")


class DeviceQueue:
    """One device. The scheduler's lock guards the queue, `closing` and `current`; the rest is its worker's own."""

    def __init__(self, wanted: str, settings: Settings, load: Loader, lock: Lock) -> None:
        self.wanted = wanted
        self.queue: FairQueue[Task] = FairQueue()
        self.closing: deque[Task] = deque()  # begun, then left by all; their generators want closing
        self.current: Task | None = None
        self.arrived = Condition(lock)
        self.turns_s: deque[float] = deque(maxlen=32)
        self.notes: tuple[Note, ...] = ()
        self.calls = 0
        self._settings = settings
        self._load = load
        self._pools: tuple[ModelPool, ...] = ()
        self._threads_limited = False

    @property
    def device(self) -> str:
        """The device in use; "" before the first work, since finding out loads torch."""
        return self._pools[0].device if self._pools else ""

    @property
    def opened_pools(self) -> tuple[ModelPool, ...]:
        """The pools that exist already."""
        return self._pools

    def pools(self) -> tuple[ModelPool, ...]:
        """The device's own models, then (unless it is the CPU) the CPU's, to fall back on. Called by the worker."""
        if not self._pools:
            device = resolve_device(self.wanted)
            if self.wanted != "auto" and not device.startswith(self.wanted):
                log.warning("device %s is not here, using %s", self.wanted, device)
                self.notes = (Note("device_absent", {"wanted": self.wanted}),)
            names = (device,) if device == "cpu" else (device, "cpu")
            budget = self._settings.memory_mb * 1_000_000
            self._pools = tuple(ModelPool(name, budget, self._load) for name in names)
        return self._pools

    def limit_threads(self) -> None:
        """Once, as soon as torch is loaded."""
        self._threads_limited = self._threads_limited or limit_threads(self._settings.threads)

    def waiting(self) -> int:
        """How many pieces of work have not begun."""
        return sum(task.state == "waiting" for task in self.queue)

    def expected_wait_s(self, turns: int) -> float:
        """How long that many turns will take, if they are like the last ones."""
        return turns * fmean(self.turns_s) if self.turns_s else 0.0

    def retry_s(self) -> int:
        """Whole seconds, at least 1, after which the line will have been served."""
        return max(1, math.ceil(self.expected_wait_s(len(self.queue) + 1)))
