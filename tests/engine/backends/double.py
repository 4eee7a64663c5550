"""A cluster inside the test's process: real replicas, real bytes on the wire, deaths and delays as the test says."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from tests.engine import fakes
from vizcore.engine import Engine
from vizcore.engine.backends.remote import RemoteBackend
from vizcore.engine.backends.replica import Replica
from vizcore.engine.backends.transport import ReplicaGone, ReplicaSlow, StoreFull
from vizcore.errors import VizError
from vizcore.settings import Settings
from vizcore.zoo.cards import ModelCard

ALLOWED = ("vizcore.", "tests.")


def new_replica(settings: Settings) -> Replica:
    cards: dict[str, Any] = {}
    engine = Engine(settings, loader=fakes.CountingLoader(), find_card=lambda key: cards.get(key) or fakes.card(key))
    return Replica(settings, list, allowed=ALLOWED, engine=engine)


@dataclass
class DoubleTransport:
    """kill and start: as a cluster does. slow: methods that never report. calls: (replica, method, bytes sent).

    puts: bytes of each. near: whether replicas read the app's sealed memory.
    """

    settings: Settings
    count: int = 2
    near: bool = False
    refusal: VizError | None = None
    room: int = 10**9
    replicas: dict[str, Replica] = field(default_factory=dict)
    slow: set[tuple[str, str]] = field(default_factory=set)
    calls: list[tuple[str, str, int]] = field(default_factory=list)
    connections: int = 0
    puts: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    threads: ThreadPoolExecutor = field(default_factory=ThreadPoolExecutor)

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

    def ask(self, replica: str, method: str, *arguments: Any, timeout_s: float) -> Future[Any]:
        return self.threads.submit(self.call, replica, method, *arguments, timeout_s=timeout_s)

    def put(self, objects: Sequence[Sequence[bytes | memoryview]]) -> Iterator[bytes]:
        stored = [b"".join(parts) for parts in objects]
        if sum(map(len, stored)) > self.room:
            raise StoreFull
        self.puts.append(sum(map(len, stored)))
        yield from stored

    def close(self) -> None:
        self.threads.shutdown()
        for replica in self.replicas.values():
            replica.close()

    def methods(self, name: str) -> list[str]:
        return [method for replica, method, _ in self.calls if replica == name]

    def _call(self, name: str, method: str, *arguments: Any) -> Any:
        if name not in self.replicas:
            raise ReplicaGone(f"{name} is not there")
        if method == "read_back" and not self.near:
            return b""
        sent = sum(len(each) for each in _pieces(arguments) if isinstance(each, bytes))
        with self.lock:
            self.calls.append((name, method, sent))
        return getattr(self.replicas[name], method)(*arguments)


def _pieces(arguments: tuple[Any, ...]) -> list[Any]:
    return [piece for each in arguments for piece in (each if isinstance(each, list) else [each])]


def engine_on(transport: DoubleTransport, **changes: object) -> Engine:
    settings = fakes.settings(backend="ray", **changes)
    from vizcore.engine.backends.local import LocalBackend

    local = LocalBackend(settings, fakes.CountingLoader(), find_card)
    return Engine(settings, find_card=find_card, backend=RemoteBackend(transport, settings, find_card, local))


def find_card(key: str) -> ModelCard:
    """Of a visitor's own model where the key begins so."""
    return replace(fakes.card(key), source="session") if key.startswith("own-") else fakes.card(key)
