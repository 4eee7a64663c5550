"""How does this process itself run operations? One lane for each of its devices, and on the CPU one for training.

A device takes one step at a time, so a short answer waits for the step under way. A step of training is long: on the
CPU, where threads share the cores, it has a thread of low priority, with copies of the models, in the same budget.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence

from vizcore.engine.backends.base import BackendStatus
from vizcore.engine.device import computes_on_cpu, lower_priority
from vizcore.engine.device_models import DeviceModels
from vizcore.engine.execution import Execution
from vizcore.engine.pool import Loader, ModelPool
from vizcore.engine.requests import Request
from vizcore.settings import Settings, wanted_devices
from vizcore.snapshots import is_in_background
from vizcore.zoo.cards import ModelCard

BACKGROUND = "background"


class LocalBackend:
    """The devices that the setting names, each with its own models in memory."""

    def __init__(self, settings: Settings, loader: Loader, find_card: Callable[[str], ModelCard]) -> None:
        self._settings = settings
        self._find_card = find_card
        self._models = {name: DeviceModels(name, settings, loader) for name in wanted_devices(settings.device)}
        self._background = {
            f"{name} {BACKGROUND}": DeviceModels(name, settings, loader, beside=models)
            for name, models in self._models.items()
            if all(map(computes_on_cpu, self._models))  # never away from an accelerator
        }
        self._lowered: set[str] = set()

    @property
    def lanes(self) -> tuple[str, ...]:
        return (*self._models, *self._background)

    def on_more_lanes(self, tell: Callable[[Sequence[str]], None]) -> None:
        """There are never more."""

    def begin(self, lane: str, request: Request) -> Execution:
        background = self._background.get(lane)
        if background is not None and lane not in self._lowered:
            self._lowered.add(lane)
            lower_priority()
        return Execution(request, background or self._models[lane], self._find_card)

    def cost(self, lane: str, request: Request) -> float:
        """Training goes to the background where there is one, and nothing else does."""
        fits = is_in_background(request.operation) == (lane in self._background)
        return 0.0 if fits or not self._background else math.inf

    def status(self) -> BackendStatus:
        return BackendStatus(
            devices=tuple(each.device for each in self._models.values()),
            models=tuple(model for pool in self._pools() for model in pool.contents()),
            budget_bytes=self._settings.memory_mb * 1_000_000 * len(self._models),
            calls=sum(each.calls for each in (*self._models.values(), *self._background.values())),
        )

    def evict(self, model_key: str) -> bool:
        return sum(pool.evict(model_key) for pool in self._pools()) > 0

    def forget_model(self, model_key: str) -> None:
        self.evict(model_key)

    def forget(self, photos_sha256: Collection[str]) -> None:
        """Nothing of a picture is kept here."""

    def close(self) -> None:
        """The models go with the process."""

    def _pools(self) -> list[ModelPool]:
        workers = (*self._models.values(), *self._background.values())
        return [pool for worker in workers for pool in worker.opened_pools]
