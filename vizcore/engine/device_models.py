"""What belongs to one device's worker: its loaded models, its number of threads, and what is to be noted of it."""

from __future__ import annotations

import logging
import threading

from vizcore.engine.device import limit_threads, resolve_device
from vizcore.engine.pool import Loader, ModelPool
from vizcore.photo import Note
from vizcore.settings import Settings

log = logging.getLogger("vizcore.engine")


class DeviceModels:
    """The models in one device's memory. Used by one worker thread alone, but for `pools`, `opened_pools` and `calls`.

    beside: of the device's other worker, whose room and budget these share; each worker has copies of its own.
    wanted: the setting ("auto", "cpu", "cuda:1"). notes: what every result of this device says (`device_absent`).
    calls: operations started on a model.
    """

    def __init__(self, wanted: str, settings: Settings, load: Loader, *, beside: DeviceModels | None = None) -> None:
        self.wanted = wanted
        self.notes: tuple[Note, ...] = ()
        self.calls = 0
        self._settings = settings
        self._load = load
        self._beside = beside
        self._opening = threading.Lock()
        self._pools: tuple[ModelPool, ...] = ()
        self._threads_limited = False

    @property
    def device(self) -> str:
        """The device in use; "" before the first request, since finding out loads torch."""
        return self._pools[0].device if self._pools else ""

    @property
    def opened_pools(self) -> tuple[ModelPool, ...]:
        """The pools that exist already."""
        return self._pools

    def pools(self) -> tuple[ModelPool, ...]:
        """The device's own models, then (unless it is the CPU) the CPU's, to fall back on."""
        with self._opening:
            if not self._pools:
                self._pools = self._open()
            return self._pools

    def _open(self) -> tuple[ModelPool, ...]:
        if self._beside is not None:
            pools = tuple(pool.beside("background") for pool in self._beside.pools())
            self.notes = self._beside.notes
            return pools
        device = resolve_device(self.wanted)
        if self.wanted != "auto" and not device.startswith(self.wanted):
            log.warning("device %s is not here, using %s", self.wanted, device)
            self.notes = (Note("device_absent", {"wanted": self.wanted}),)
        names = (device,) if device == "cpu" else (device, "cpu")
        budget = self._settings.memory_mb * 1_000_000
        return tuple(ModelPool(name, budget, self._load) for name in names)

    def limit_threads(self) -> None:
        """Sets torch's number of threads, once, as soon as torch is loaded."""
        self._threads_limited = self._threads_limited or limit_threads(self._settings.threads)
