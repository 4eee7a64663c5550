"""A cluster inside the test's process: real replicas, real bytes on the wire, deaths and delays as the test says."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from tests.engine import fakes
from vizcore.engine import Engine
from vizcore.engine.backends.remote import RemoteBackend
from vizcore.engine.backends.replica import Replica
from vizcore.engine.backends.transport import ReplicaGone, ReplicaSlow, StoreFull
from vizcore.errors import VizError
from vizcore.settings import Settings

ALLOWED = ("vizcore.", "tests.")


def new_replica(settings: Settings) -> Replica:
    cards: dict[str, Any] = {}
    engine = Engine(settings, loader=fakes.CountingLoader(), find_card=lambda key: cards.get(key) or fakes.card(key))
    return Replica(settings, bytes, allowed=ALLOWED, engine=engine)


@dataclass
class DoubleTransport:
    """kill and start: as a cluster does. slow: methods that never report. calls: (replica, method, bytes sent)."""

    settings: Settings
    count: int = 2
    refusal: VizError | None = None
    room: int = 10**9
    replicas: dict[str, Replica] = field(default_factory=dict)
    slow: set[tuple[str, str]] = field(default_factory=set)
    calls: list[tuple[str, str, int]] = field(default_factory=list)
    connections: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def address(self) -> str:
        return "127.0.0.1:1"

    def connect(self) -> list[str]:
        self.connections += 1
        if self.refusal:
            raise self.refusal
        for number in range(self.count):
            self.start(f"vis-{number}")
        return sorted(self.replicas)

    def renew(self) -> None:
        self.connections += 1

    def start(self, name: str) -> None:
        self.replicas[name] = new_replica(self.settings)

    def kill(self, name: str) -> None:
        replica = self.replicas.pop(name)
        for event in fakes.GO_ON.values():
            event.set()
        replica.close()

    def call(self, replica: str, method: str, *arguments: Any, timeout_s: float) -> Any:
        if (replica, method) in self.slow:
            raise ReplicaSlow(replica)
        answer = self._call(replica, method, *arguments)
        if replica not in self.replicas:
            raise ReplicaGone(f"{replica} died")
        return answer

    def send(self, replica: str, method: str, *arguments: Any) -> None:
        if replica in self.replicas:
            self._call(replica, method, *arguments)

    def put(self, data: bytes) -> bytes:
        if len(data) > self.room:
            raise StoreFull
        return data

    def close(self) -> None:
        for replica in self.replicas.values():
            replica.close()

    def methods(self, name: str) -> list[str]:
        return [method for replica, method, _ in self.calls if replica == name]

    def _call(self, name: str, method: str, *arguments: Any) -> Any:
        if name not in self.replicas:
            raise ReplicaGone(f"{name} is not there")
        sent = sum(len(each) for each in _pieces(arguments) if isinstance(each, bytes))
        with self.lock:
            self.calls.append((name, method, sent))
        return getattr(self.replicas[name], method)(*arguments)


def _pieces(arguments: tuple[Any, ...]) -> list[Any]:
    return [piece for each in arguments for piece in (each.values() if isinstance(each, dict) else [each])]


def engine_on(transport: DoubleTransport, **changes: object) -> Engine:
    settings = fakes.settings(backend="ray", **changes)
    from vizcore.engine.backends.local import LocalBackend

    local = LocalBackend(settings, fakes.CountingLoader(), fakes.card) if settings.cluster_fallback else None
    return Engine(settings, find_card=fakes.card, backend=RemoteBackend(transport, settings, fakes.card, local))
