"""A cluster of doubles and an engine on it, closed with their test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.engine import fakes
from tests.engine.backends.double import ALLOWED, DoubleTransport, engine_on
from vizcore.engine import Engine


@dataclass
class Pair:
    engine: Engine
    cluster: DoubleTransport


@pytest.fixture
def on_cluster(make_engine: fakes.Maker, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Pair]]:
    monkeypatch.setattr("vizcore.engine.backends.replicas.LOOK_S", 0.02)
    monkeypatch.setattr("vizcore.engine.backends.plain.OURS", ALLOWED)  # what its replicas answer with is a test's own
    made: list[Pair] = []

    def make(count: int = 2, *, near: bool = False, **changes: object) -> Pair:
        cluster = DoubleTransport(fakes.settings(session_limit=1000), count, near)
        made.append(Pair(engine_on(cluster, **changes), cluster))
        return made[-1]

    yield make
    for event in fakes.GO_ON.values():
        event.set()
    for each in made:
        each.engine.close()  # `make_engine`, which ends after this, sees whether a thread was left
