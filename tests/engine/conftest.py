"""Engines that end with their test, and leave no thread behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from tests.engine import fakes
from vizcore.engine import Engine
from vizcore.zoo.cards import ModelCard


@pytest.fixture
def make_engine() -> Iterator[fakes.Maker]:
    made: list[Engine] = []

    def make(
        loader: Callable[..., fakes.FakeModel] | None = None,
        clock: fakes.FakeClock | None = None,
        find_card: Callable[[str], ModelCard] = fakes.card,
        **changes: object,
    ) -> Engine:
        more = {"clock": clock} if clock else {}
        its_loader = loader or fakes.CountingLoader()
        made.append(Engine(fakes.settings(**changes), loader=its_loader, find_card=find_card, **more))  # type: ignore[arg-type]
        return made[-1]

    before = set(threading.enumerate())
    fakes.TRACE.clear()
    yield make
    for event in fakes.GO_ON.values():
        event.set()
    for engine in made:
        engine.close()
    left = {each for each in set(threading.enumerate()) - before if each.name.startswith("vizcore-engine")}
    assert not left, f"expected no thread to be left, got {left}"
