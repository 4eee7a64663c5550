"""Which replicas does the engine see as its lanes, and what may it ask of them all?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from vizcore.engine.backends.base import BackendStatus
from vizcore.engine.backends.local import LocalBackend
from vizcore.engine.backends.remote_run import Place, RemoteRun
from vizcore.engine.backends.replicas import Replicas
from vizcore.engine.backends.transport import Transport
from vizcore.engine.backends.wire import inputs_of
from vizcore.engine.requests import NO_MODEL, Request
from vizcore.settings import Settings
from vizcore.zoo.cards import ModelCard

NOT_LOADED = 2.0  # turns that a request rather waits than have its model loaded a second time
NOT_HELD = 0.5
ABSENT = 1e6


class RemoteBackend:
    """The replicas of a cluster, each fed by one lane.

    local: does the work of visitors' own models and, if the administrator allows that, all work when the cluster does
    not answer.
    """

    def __init__(
        self,
        transport: Transport,
        settings: Settings,
        find_card: Callable[[str], ModelCard],
        local: LocalBackend,
    ) -> None:
        self.replicas = Replicas(transport)
        self.local = local
        self.place = Place(
            self.replicas, find_card, settings.deadline_s, local, settings.cluster_fallback, threading.Lock()
        )

    @property
    def lanes(self) -> tuple[str, ...]:
        return self._lanes_of(1)

    def on_more_lanes(self, tell: Callable[[Sequence[str]], None]) -> None:
        self.replicas.when_found(lambda count: tell(self._lanes_of(count)))

    def begin(self, lane: str, request: Request) -> RemoteRun:
        return RemoteRun(self.place, _home(lane), request)

    def cost(self, lane: str, request: Request) -> float:
        record = self.replicas.at(_home(lane))
        if record is None:
            return 0.0
        if not record.up:
            return ABSENT
        loaded = request.model_key == NO_MODEL or record.has_loaded(request.model_key)
        held = record.holds.issuperset(inputs_of(request))
        return (0.0 if loaded else NOT_LOADED) + (0.0 if held else NOT_HELD)

    def status(self) -> BackendStatus:
        records = self.replicas.records()
        known = [each.status for each in records if each.up and each.status]
        there = [
            replace(model, device=f"{record.name} {model.device}")
            for record in records
            if record.up and record.status
            for model in record.status.models
        ]
        here = self._status_here()
        return BackendStatus(
            devices=tuple(device for each in (*known, *here) for device in each.devices if device),
            models=(*there, *(model for each in here for model in each.models)),
            budget_bytes=sum(each.budget_bytes for each in (*known, *here)),
            calls=sum(each.calls for each in (*known, *here)),
            places=tuple(each.name for each in records if each.up),
            absent=tuple(each.name for each in records if not each.up),
        )

    def evict(self, model_key: str) -> bool:
        here = self.local.evict(model_key)
        return self.replicas.evict(model_key) or here

    def forget_model(self, model_key: str) -> None:
        self.local.forget_model(model_key)
        self.replicas.forget_model(model_key)

    def forget(self, photos_sha256: Collection[str]) -> None:
        if photos_sha256:
            self.replicas.forget(photos_sha256)

    def close(self) -> None:
        self.replicas.close()

    def _status_here(self) -> Sequence[BackendStatus]:
        """Of this process, once it has done the work itself."""
        here = self.local.status()
        return [here] if any(here.devices) else []

    def _lanes_of(self, replicas: int) -> tuple[str, ...]:
        return tuple(f"replica {home}" for home in range(replicas))


def _home(lane: str) -> int:
    """The number of the replica that a lane feeds: "replica 1" -> 1."""
    return int(lane.partition(" ")[2])
