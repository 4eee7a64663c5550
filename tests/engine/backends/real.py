"""A real cluster on loopback for a test: started, and ended with every process that belongs to it."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import psutil

from vizcore.engine import Engine
from vizcore.engine.backends.node import Node
from vizcore.engine.backends.remote import RemoteBackend
from vizcore.photo import Photo
from vizcore.results import Embedding, Provenance
from vizcore.samples import load_sample
from vizcore.settings import Settings

STORE_MB = 100
ALLOWED = ("vizcore.", "tests.")


def new_settings(folder: Path, **changes: object) -> Settings:
    own = {"offline": True, "device": "cpu", "threads": 1, "cache_dir": str(folder), "cluster": f"127.0.0.1:{_port()}"}
    return Settings(**{**own, **changes})  # type: ignore[arg-type]


def _port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(settings: Settings, here: int, replicas: int, **changes: object) -> Iterator[Node]:
    node = Node(settings, here, STORE_MB)
    try:
        node.start()
        node.deploy(replicas, changes=changes, allowed=ALLOWED, wait=here >= replicas)
        yield node
    finally:
        own = processes(node)
        node.stop()
        left = [each for each in own if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]
        assert not left, f"expected no process of the cluster to be left, got {left}"


@contextmanager
def engine_of(settings: Settings) -> Iterator[Engine]:
    engine = Engine(replace(settings, backend="ray"))
    try:
        yield engine
    finally:
        engine.close()


def processes(node: Node) -> list[psutil.Process]:
    if node.process is None or not psutil.pid_exists(node.process.pid):
        return []
    first = psutil.Process(node.process.pid)
    return [first, *first.children(recursive=True)]


def replica_pid(engine: Engine, name: str) -> int:
    backend = engine._backend
    assert isinstance(backend, RemoteBackend)
    return int(backend.replicas.transport.call(name, "process_id", timeout_s=30))


def new_photo(number: int) -> Photo:
    """The sample cat with one pixel of its own, so that no answer is known already."""
    pixels = load_sample("cat").rgb.copy()
    pixels[0, 0] = [number % 251, number // 251 % 251, 7]
    return Photo(pixels, "cat")


@dataclass
class Visitors:
    """Threads that ask without a pause until `stop`. longest_s: the longest that anybody waited."""

    ask: Callable[[int, int], object]
    count: int = 4
    answers: int = 0
    longest_s: float = 0.0
    errors: list[Exception] = field(default_factory=list)

    def __enter__(self) -> Visitors:
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._visit, args=(number,)) for number in range(self.count)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _visit(self, number: int) -> None:
        turn = 0
        while not self._over.is_set():
            turn += 1
            started = time.monotonic()
            try:
                self.ask(number, turn)
            except Exception as error:
                self.errors.append(error)
            self.longest_s = max(self.longest_s, time.monotonic() - started)
            self.answers += 1


def until(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"it did not happen within {seconds} s"
        time.sleep(0.1)


# Operations that replicas of a test may run


@dataclass(frozen=True)
class Once:
    """path: of a file that says that it has happened."""

    path: str


def hangs_once(model: object, photo: Photo, settings: Once) -> Embedding:
    """Keeps its worker for ever, the first time; its process goes on answering everything else."""
    if not os.path.exists(settings.path):
        Path(settings.path).touch()
        time.sleep(3600)
    return Embedding(Provenance(operation="hangs_once"), np.array([1.0]), "fake")
