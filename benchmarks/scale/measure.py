"""What do small cases take, measured: this process, one replica, two replicas, under closed and open load?

Writes measured.json beside this file, which the simulation is tested against, and the figures of docs/scale.md. Needs
requirements-ray.txt, two free cores and about three minutes; every case is run in the same go. `--only compare` prints
what Ray adds to the same work (a minute), `--only batching` what calls for several photos save, and neither writes.
Photos are made and hashed before a clock runs, as an app does when they are uploaded.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.scale import document
from benchmarks.scale.photos import MODEL, fresh_photo, photos_ready
from benchmarks.scale.processes import cpu_seconds, memory
from benchmarks.scale.shared_calls import batching
from benchmarks.scale.simulation import arrivals_s
from vizcore.engine import Engine
from vizcore.engine.backends.node import Node
from vizcore.features import classify
from vizcore.photo import Photo
from vizcore.provenance import versions
from vizcore.settings import Settings
from vizcore.similarity.many import ManySettings, embed_gallery

SECONDS = 4.0
PAIRS = 60
JOBS = 15
FILE = Path(__file__).parent / "measured.json"


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def ask(engine: Engine, session: str = "one", photo: Photo | None = None) -> tuple[float, float]:
    """(latency, time for which the lane was kept: way and work) of one classification, in seconds."""
    photo = photo or fresh_photo()
    started = time.perf_counter()
    result = engine.run(classify, MODEL, photo, session=session)
    latency = time.perf_counter() - started
    known = result.provenance.timing_ms
    return latency, (known["model"] + known.get("transfer", 0.0)) / 1e3


def closed_with_cpu(node: Node, engine: Engine, clients: int) -> dict[str, Any]:
    """As `closed`, with the CPU milliseconds that one request costs in each process."""
    stock = photos_ready()
    before = cpu_seconds(node, engine)
    case = closed(engine, clients, stock=stock)
    after = cpu_seconds(node, engine)
    return case | {"cpu_ms": {name: round((after[name] - before[name]) * 1e3 / case["n"], 1) for name in after}}


def closed(engine: Engine, clients: int, seconds: float = SECONDS, stock: list[Photo] | None = None) -> dict[str, Any]:
    """Clients that each ask again as soon as they are answered, about photos of the stock while there are any."""
    stock = stock or photos_ready()
    until = time.monotonic() + seconds
    found: list[tuple[float, float]] = []

    def client(number: int) -> None:
        while time.monotonic() < until:
            found.append(ask(engine, f"client {number}", stock.pop() if stock else None))

    return _in_threads([lambda number=number: client(number) for number in range(clients)], found, {"clients": clients})


def opened(engine: Engine, rate_per_s: float, seconds: float = SECONDS) -> dict[str, Any]:
    """A Poisson process of arrivals, each a visitor of its own."""
    found: list[tuple[float, float]] = []
    threads = []
    started = time.perf_counter()
    for at in arrivals_s(rate_per_s, seconds):
        time.sleep(max(0.0, started + at - time.perf_counter()))
        threads.append(threading.Thread(target=lambda name=str(at): found.append(ask(engine, name))))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return _summary(found, time.perf_counter() - started, {"rate_per_s": rate_per_s})


def _in_threads(
    work: list[Callable[[], None]], found: list[tuple[float, float]], about: dict[str, Any]
) -> dict[str, Any]:
    started = time.perf_counter()
    threads = [threading.Thread(target=each) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return _summary(found, time.perf_counter() - started, about)


def _summary(found: list[tuple[float, float]], wall_s: float, about: dict[str, Any]) -> dict[str, Any]:
    latency = np.array([each for each, _ in found])
    quantiles = {f"p{share}_ms": round(float(np.percentile(latency, share)) * 1e3, 2) for share in (50, 95)}
    return about | quantiles | {
        "n": len(found),
        "mean_ms": round(float(latency.mean()) * 1e3, 2),
        "throughput_per_s": round(len(found) / wall_s, 2),
        "service_ms": [round(each * 1e3, 2) for _, each in found][:400],
    }  # fmt: skip


def compare(local: Engine, remote: Engine, node: Node) -> dict[str, Any]:
    """The same work by turns here and there: one classification, and a job of more than 300 ms."""
    short = [(ask(local)[0], ask(remote)[0]) for _ in range(PAIRS)]
    spent: list[dict[str, float]] = []
    look = partial(cpu_seconds, node, remote)
    jobs = [_job_times((local, remote), look, spent, turned=bool(number % 2)) for number in range(JOBS)]
    here, there = ([pair[side] * 1e3 for pair in short] for side in (0, 1))
    return {
        "classify_local_p50_ms": round(statistics.median(here), 2),
        "classify_ray_p50_ms": round(statistics.median(there), 2),
        "classify_added_p50_ms": round(statistics.median(b - a for a, b in zip(here, there, strict=True)), 2),
        "job_local_p50_ms": round(statistics.median(a for a, _ in jobs) * 1e3, 1),
        "job_overhead": round(statistics.median(b / a for a, b in jobs) - 1, 4),
        "job_pairs_ms": [[round(each * 1e3, 1) for each in pair] for pair in jobs],
        "job_cpu_ms": {place: _median_ms(spent[side::2]) for side, place in enumerate(("local", "ray"))},
        "n": [len(short), len(jobs)],
    }


def _median_ms(spent: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(each[name] for each in spent) * 1e3) for name in spent[0]}


def _job_times(
    engines: tuple[Engine, Engine], look: Callable[[], dict[str, float]], spent: list[dict[str, float]], *, turned: bool
) -> list[float]:
    """Seconds of each engine, in their order; and to `spent` the CPU seconds of each process in the same time.

    turned: the second begins, so that neither always finds warm caches.
    """
    photos = tuple(photos_ready(64))
    found = []
    for engine in reversed(engines) if turned else engines:
        before = look()
        seconds = timed(partial(engine.run, embed_gallery, MODEL, photos, ManySettings(batch=8)))
        after = look()
        found.append((seconds, {name: after[name] - before[name] for name in after}))
    found = found[::-1] if turned else found
    spent += [cpu for _, cpu in found]
    return [seconds for seconds, _ in found]


def measured_replicas(base: Settings, local: Engine, count: int, *, cases: bool = True) -> dict[str, Any]:
    """One cluster of so many replicas; with one of them, its work is compared with the local engine's."""
    found: dict[str, Any] = {}
    node = Node(base, count, 150)
    try:
        node.start()
        node.deploy(count)
        remote = Engine(replace(base, backend="ray"))
        for _ in range(10):
            ask(remote)
        closed(remote, 4 * count, 2.0)  # each replica's first answers take a quarter of a second
        if cases:
            loads = [closed_with_cpu(node, remote, clients) for clients in (1, 4, 8)]
            loads.append(opened(remote, 0.5 * loads[1]["throughput_per_s"]))
            found |= {f"ray {count}": loads, f"memory {count}": memory(node)}
        if count == 1:
            found["compare"] = compare(local, remote, node)
        remote.close()
    finally:
        node.stop()
    return found


def main(arguments: Sequence[str]) -> None:
    os.environ["VIZCORE_RUNTIME"] = "torch"  # in both places, or one of them may have a faster library than the other
    base = Settings(
        offline=True,
        device="cpu",
        threads=1,
        runtime="torch",
        cluster="127.0.0.1:26399",
        cache_dir=tempfile.mkdtemp(prefix="vis-scale-"),
        session_limit=4,
    )
    if list(arguments) == ["--only", "batching"]:
        print(json.dumps(batching(), indent=1))
        return
    local = Engine(base)
    ask(local)
    if list(arguments) == ["--only", "compare"]:
        print(json.dumps(measured_replicas(base, local, 1, cases=False), indent=1))
        local.close()
        return
    found: dict[str, Any] = {"cores": os.cpu_count(), "versions": versions(), "batching": batching()}
    found["local"] = [closed(local, clients) for clients in (1, 4)]
    found["local"].append(opened(local, 0.5 * found["local"][1]["throughput_per_s"]))
    for replicas in (1, 2):
        found |= measured_replicas(base, local, replicas)
    local.close()
    FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    document.main()
    report(found)


def report(found: dict[str, Any]) -> None:
    loads = ("local", "ray 1", "ray 2")
    print(json.dumps({name: value for name, value in found.items() if name not in loads}, indent=1))
    for name in loads:
        for case in found[name]:
            print(name, {key: value for key, value in case.items() if key != "service_ms"})


if __name__ == "__main__":
    main(sys.argv[1:])
