"""What do those wait who are taken on when four times as many ask as can be served, with and without a bound?"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from benchmarks.engine import PICTURES, ROUNDS, Number, engine, forward
from benchmarks.measurement import Measurement
from benchmarks.ratio import within
from vizcore.engine import Engine, ResultHandle
from vizcore.errors import Busy


@dataclass
class Flood:
    """Seconds that accepted and refused requests took, and processor seconds of one answer."""

    accepted_s: list[float] = field(default_factory=list)
    refused_s: list[float] = field(default_factory=list)
    works_s: list[float] = field(default_factory=list)


def main() -> list[Measurement]:
    """Four times as many requests as can be served: a queue of 8 against one without a bound, in turn."""
    bounded, boundless = Flood(), Flood()
    for _ in range(ROUNDS):
        flood(boundless, queue_limit=1_000_000)
        flood(bounded, queue_limit=8)
    p95, p95_boundless = (float(np.percentile(side.accepted_s, 95)) * 1e3 for side in (bounded, boundless))
    slowest = Measurement("overload.refusal", max(bounded.refused_s) * 1e3, "ms, the slowest", 50.0)
    verdict = "ok" if slowest.held else "MISSED"
    print(f"{slowest.name} slowest_ms={slowest.ours:.3g} of {len(bounded.refused_s)} target<=50 {verdict}")
    cost, cost_boundless = (float(np.median(side.works_s)) * 1e3 for side in (bounded, boundless))
    return [
        within("overload.p95", p95, p95_boundless, target=0.6, unit="ms (p95)", peer_name="no bound"),
        within("overload.cost", cost, cost_boundless, target=1 / 0.95, unit="ms (cpu)", peer_name="no bound"),
        slowest,
    ]


def flood(into: Flood, *, queue_limit: int, seconds: float = 2.0) -> None:
    """Offers requests at four times the measured rate for some seconds, each from a session of its own."""
    with engine(queue_limit=queue_limit) as shared:
        service_s = float(np.median([timed(partial(answered, shared, -1 - n)) for n in range(7)]))
        offered = max(40, int(4 * seconds / service_s))
        waiters, begun, worked = [], time.perf_counter(), time.process_time()
        for number in range(offered):
            time.sleep(max(0.0, begun + number * service_s / 4 - time.perf_counter()))
            started = time.perf_counter()
            try:
                handle = ask(shared, number)
            except Busy:
                into.refused_s.append(time.perf_counter() - started)
            else:
                waiters.append(threading.Thread(target=wait_for, args=(handle, started, into.accepted_s)))
                waiters[-1].start()
        for waiter in waiters:
            waiter.join()
        into.works_s.append((time.process_time() - worked) / len(waiters))


def ask(shared: Engine, number: int) -> ResultHandle:
    return shared.submit(forward, "resnet18", PICTURES[number % 32], Number(number), session=f"visitor {number}")


def answered(shared: Engine, number: int) -> object:
    return ask(shared, number).result()


def wait_for(handle: ResultHandle, started: float, waits_s: list[float]) -> None:
    handle.result()
    waits_s.append(time.perf_counter() - started)


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
