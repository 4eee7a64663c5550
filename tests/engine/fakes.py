"""Models, photos, clocks and operations for the engine's tests: no torch, and every moment under the test's control."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from tests.patience import PATIENCE_S, wait_until
from vizcore.engine import Engine
from vizcore.photo import Photo
from vizcore.results import Embedding, Provenance
from vizcore.settings import Settings
from vizcore.snapshots import Snapshot
from vizcore.zoo.cards import Licences, ModelCard

FREE = Licences("AGPL-3.0", "AGPL-3.0", "none", permissive=True)
MEGABYTE_OF_WEIGHTS = 0.25  # million parameters of four bytes


def card(key: str = "model", megabytes: float = 1.0) -> ModelCard:
    parameters = megabytes * MEGABYTE_OF_WEIGHTS
    return ModelCard(key, key, "cnn", "classify", "bundled", "", (), "none", "", parameters, FREE, "")


class FakeModel:
    def __init__(self, its_card: ModelCard, device: str) -> None:
        self.card = its_card
        self.device = device
        self.weights_sha256 = f"weights of {its_card.key}"

    def memory_bytes(self) -> int:
        return int(self.card.parameters_m * 4e6)

    def to_device(self, device: str) -> None:
        self.device = device


@dataclass
class CountingLoader:
    """Loads fake models; counts, waits (until something holds) and fails as told."""

    until: Callable[[], object] = lambda: True
    errors: list[Exception] = field(default_factory=list)
    loads: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, its_card: ModelCard, device: str) -> FakeModel:
        self.loads.append((its_card.key, device))
        wait_until(self.until)
        if self.errors:
            raise self.errors.pop(0)
        return FakeModel(its_card, device)


class FakeClock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def photo(number: int = 0, name: str = "photo") -> Photo:
    return Photo(np.full((2, 2, 3), number, np.uint8), name)


def answer(value: float) -> Embedding:
    return Embedding(Provenance(operation="fake"), np.array([value]), "fake")


def value_of(result: object) -> float:
    assert isinstance(result, Embedding)
    return float(result.vector[0])


# Gates: an operation announces that it has begun, and goes on when the test says so.

BEGUN: dict[str, threading.Event] = {}
GO_ON: dict[str, threading.Event] = {}
TRACE: list[str] = []


@dataclass(frozen=True)
class Named:
    """Settings of most fake operations: who asks, and for how many steps."""

    name: str
    steps: int = 3
    pause_s: float = 0.0


def gate(name: str) -> tuple[threading.Event, threading.Event]:
    BEGUN[name], GO_ON[name] = threading.Event(), threading.Event()
    return BEGUN[name], GO_ON[name]


def brightness(model: FakeModel, picture: Photo, settings: object) -> Embedding:
    return answer(float(picture.rgb.mean()))


def traced(model: FakeModel, picture: Photo, settings: Named) -> Embedding:
    TRACE.append(settings.name)
    time.sleep(settings.pause_s)
    return answer(float(picture.rgb.mean()))


def gated(model: FakeModel, picture: Photo, settings: Named) -> Embedding:
    TRACE.append(settings.name)
    BEGUN[settings.name].set()
    assert GO_ON[settings.name].wait(PATIENCE_S)
    return answer(1.0)


def counted(model: FakeModel, picture: Photo, settings: Named) -> Iterator[Snapshot]:
    """Yields the step's number as its result, from the first step on."""
    for step in range(1, settings.steps + 1):
        TRACE.append(f"{settings.name}{step}")
        time.sleep(settings.pause_s)
        yield Snapshot(step, settings.steps, {"loss": 1 / step}, result=answer(step))


def gated_steps(model: FakeModel, picture: Photo, settings: Named) -> Iterator[Snapshot]:
    """Each step waits until the test lets it go on; the end is written into the trace."""
    try:
        for step in range(1, settings.steps + 1):
            BEGUN[settings.name].set()
            assert GO_ON[settings.name].wait(PATIENCE_S)
            GO_ON[settings.name].clear()
            yield Snapshot(step, settings.steps, result=answer(step))
    finally:
        TRACE.append(f"{settings.name} closed")


def broken(model: FakeModel, picture: Photo, settings: object) -> Embedding:
    raise KeyError("SECRET-canary")


def quits(model: FakeModel, picture: Photo, settings: object) -> Embedding:
    raise SystemExit(3)


def gives_a_number(model: FakeModel, picture: Photo, settings: object) -> float:
    return 1.0


def gives_nothing(model: FakeModel, picture: Photo, settings: object) -> Iterator[Snapshot]:
    yield Snapshot(1, 1)


Maker = Callable[..., Engine]


def settings(**changes: object) -> Settings:
    return Settings(**{"device": "cpu", "session_limit": 4, **changes})  # type: ignore[arg-type]
