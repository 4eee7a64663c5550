"""What does a person wait when others ask too, measured? Requests by the clock, answered one after the other.

Open load: arrivals are drawn beforehand (a Poisson process) and do not wait for anybody. Closed load: so many clients
ask again as soon as they are answered. `vizcore.runtimes.load` computes the same from service times alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from vizcore.errors import SettingOutOfRange
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, Result
from vizcore.runtimes.postprocessing import decide
from vizcore.runtimes.table import Runner, open_runner
from vizcore.snapshots import Snapshot

WARM_UP = 10
NAP_S = 0.02  # the longest sleep in one step, so that other visitors' requests come in between


@dataclass(frozen=True)
class RealLoadSettings:
    """shares: of what one worker can do, for open load. clients: for closed load. requests of each."""

    shares: tuple[float, ...] = (0.3, 0.6, 0.8)
    clients: tuple[int, ...] = (1, 4)
    requests: int = 60
    runtime: str = "eager"
    seed: int = 0
    series: int = 0

    def __post_init__(self) -> None:
        if not 5 <= self.requests <= 1000:
            raise SettingOutOfRange(setting="requests", least=5, most=1000, actual=self.requests)
        if not all(0 < share < 1 for share in self.shares) or not all(each >= 1 for each in self.clients):
            raise ValueError(f"expected shares in (0, 1) and at least one client, got {self}")


@dataclass(frozen=True, eq=False)
class LoadRow:
    """name: "open" or "closed". per_s: requests a second that came. clients: of closed load, 0 of open. ms (n,): from
    each arrival to its answer."""

    name: str
    per_s: float
    clients: int
    ms: FloatArray


@dataclass(frozen=True, eq=False)
class RealLoad(Result):
    """service_ms (n,): of single requests without any other. rows: measured so far."""

    service_ms: FloatArray
    rows: tuple[LoadRow, ...]


def real_load(model: Any, photo: Photo, settings: RealLoadSettings | None = None) -> Iterator[Snapshot]:
    """Single requests, then each load in turn; a snapshot after each answer. Errors: those of `open_runner`."""
    chosen = settings or RealLoadSettings()
    serve = _server(model, photo, open_runner(chosen.runtime, model))
    service = np.array([serve() for _ in range(2 * WARM_UP)][WARM_UP:]) * 1e3
    rows: list[LoadRow] = []
    total = (len(chosen.shares) + len(chosen.clients)) * chosen.requests
    rng, done = np.random.default_rng(chosen.seed), 0

    def snapshot() -> Snapshot:
        provenance = provenance_of("real_load", model, photo, chosen)
        return Snapshot(min(done, total - 1) + 1, total, result=RealLoad(provenance, service, tuple(rows)))

    for share in chosen.shares:
        per_s = share * 1e3 / float(service.mean())
        waits: list[float] = []
        for answered in _open(serve, np.cumsum(rng.exponential(1 / per_s, chosen.requests))):
            if answered is not None:
                waits.append(answered)
                done += 1
            yield Snapshot(done, total)
        rows.append(LoadRow("open", per_s, 0, np.array(waits) * 1e3))
        yield snapshot()
    for clients in chosen.clients:
        began, waits = time.perf_counter(), []
        for answered in _closed(serve, clients, chosen.requests):
            waits.append(answered)
            done += 1
            yield Snapshot(done, total)
        per_s = len(waits) / (time.perf_counter() - began)
        rows.append(LoadRow("closed", per_s, clients, np.array(waits) * 1e3))
        yield snapshot()


def _server(model: Any, photo: Photo, runner: Runner) -> Callable[[], float]:
    """One whole request, photo to decision; returns its seconds."""

    def serve() -> float:
        began = time.perf_counter()
        decide(model, runner.run(model.pixels([model.prepare(photo)])))
        return time.perf_counter() - began

    return serve


def _open(serve: Callable[[], float], arrivals_s: FloatArray) -> Iterator[float | None]:
    """Seconds from each arrival to its answer; None while nobody has come yet."""
    began = time.perf_counter()
    for arrival in arrivals_s:
        while (early := began + arrival - time.perf_counter()) > 0:
            time.sleep(min(early, NAP_S))
            yield None
        serve()
        yield float(time.perf_counter() - began - arrival)


def _closed(serve: Callable[[], float], clients: int, requests: int) -> Iterator[float]:
    """Seconds from asking to the answer, of `clients` that queue in turn and ask again at once."""
    asked = [time.perf_counter()] * clients
    for number in range(requests):
        serve()
        now = time.perf_counter()
        yield now - asked[number % clients]
        asked[number % clients] = now
