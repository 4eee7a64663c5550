"""How does this process itself run operations? One lane for each of its devices."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from vizcore.engine.backends.base import BackendStatus
from vizcore.engine.device import wanted_devices
from vizcore.engine.device_models import DeviceModels
from vizcore.engine.execution import Execution
from vizcore.engine.pool import Loader
from vizcore.engine.requests import Request
from vizcore.settings import Settings
from vizcore.zoo.cards import ModelCard


class LocalBackend:
    """The devices that the setting names, each with its own models in memory."""

    def __init__(self, settings: Settings, loader: Loader, find_card: Callable[[str], ModelCard]) -> None:
        self._settings = settings
        self._find_card = find_card
        self._models = {name: DeviceModels(name, settings, loader) for name in wanted_devices(settings.device)}

    @property
    def lanes(self) -> tuple[str, ...]:
        return tuple(self._models)

    def on_more_lanes(self, tell: Callable[[Sequence[str]], None]) -> None:
        """There are never more."""

    def begin(self, lane: str, request: Request) -> Execution:
        return Execution(request, self._models[lane], self._find_card)

    def cost(self, lane: str, request: Request) -> float:
        return 0.0

    def status(self) -> BackendStatus:
        pools = [pool for device in self._models.values() for pool in device.opened_pools]
        return BackendStatus(
            devices=tuple(each.device for each in self._models.values()),
            models=tuple(model for pool in pools for model in pool.contents()),
            budget_bytes=self._settings.memory_mb * 1_000_000 * len(self._models),
            calls=sum(each.calls for each in self._models.values()),
        )

    def evict(self, model_key: str) -> bool:
        pools = [pool for device in self._models.values() for pool in device.opened_pools]
        return sum(pool.evict(model_key) for pool in pools) > 0

    def forget(self, photos_sha256: Collection[str]) -> None:
        """Nothing of a picture is kept here."""

    def close(self) -> None:
        """The models go with the process."""
