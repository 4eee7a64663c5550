"""Is a process ready only when an inference comes back, and does asking often cost nothing?"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.patience import PATIENCE_S
from tests.tiny_models import tiny_cnn
from tests.ui.server.own_loop import completed
from vizcore.engine import Engine
from vizcore.errors import DeadlinePassed
from vizcore.monitoring.events import EventLog
from vizcore.settings import Settings
from vizcore.ui.server.instance import INSTANCE
from vizcore.ui.server.readiness import KEPT_S, Readiness, infer
from vizcore.ui.server.routes import routes


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def refuse() -> None:
    raise DeadlinePassed(deadline_s=10.0)


def test_one_inference_for_many_probes() -> None:
    clock, calls = Clock(), []
    readiness = Readiness(lambda: calls.append(1), clock)
    assert readiness.ask().ready
    assert readiness.ask().ready
    assert len(calls) == 1
    clock.now = KEPT_S + 1
    readiness.ask()
    assert len(calls) == 2


def test_refused_work_is_not_ready_and_recovers() -> None:
    clock = Clock()
    work: list[Callable[[], None]] = [refuse, lambda: None]
    readiness = Readiness(lambda: work.pop(0)(), clock)
    assert not readiness.ask().ready
    clock.now = KEPT_S + 1
    assert readiness.ask().ready


def test_the_instance_names_one_process() -> None:
    client = TestClient(Starlette(routes=routes()))
    assert client.get("/vizcore/instance").json() == {"instance": INSTANCE}
    assert client.get("/vizcore/instance").headers["cache-control"] == "no-store"


def test_a_crowd_of_probes_takes_one_thread() -> None:
    """And the next one after a probe that gave up is answered."""
    begun, end = threading.Event(), threading.Event()
    threads: list[int] = []
    others = set(threading.enumerate())  # loops of tests before this one may still hold theirs

    def work() -> None:
        threads.append(threading.get_ident())
        begun.set()
        end.wait(PATIENCE_S)

    readiness = Readiness(work, Clock())

    async def crowd() -> list[bool]:
        probes = [asyncio.create_task(readiness.shared()) for _ in range(200)]
        await asyncio.to_thread(begun.wait, 10)
        new = set(threading.enumerate()) - others
        assert sum(thread.name.startswith("asyncio") for thread in new) <= 2
        probes[0].cancel()
        end.set()
        return [answer.ready for answer in await asyncio.gather(*probes[1:])]

    assert completed(crowd()) == [True] * 199
    assert len(threads) == 1


def test_every_probe_asks_a_model_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with a picture that was asked about before; and a probe is no visitor's request."""
    log = EventLog()
    engine = Engine(
        Settings(device="cpu"), loader=lambda card, device: tiny_cnn(), find_card=lambda key: tiny_cnn().card
    )
    monkeypatch.setattr("vizcore.engine.worker.shared_log", lambda: log)
    monkeypatch.setattr("vizcore.engine.shared_engine", lambda: engine)
    monkeypatch.setattr("vizcore.ui.server.readiness.time.monotonic_ns", lambda: 7)
    try:
        for _probe in range(3):
            infer()
        status = engine.status()
    finally:
        engine.close()
    assert status.calls == 3
    assert (status.cache_hits, status.cache_bytes) == (0, 0)
    assert not log.events
