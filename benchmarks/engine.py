"""What do many visitors at once cost each of them, against every session calling the model by itself?"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from benchmarks.measurement import Measurement
from benchmarks.ratio import within
from vizcore.engine import Engine
from vizcore.photo import Photo
from vizcore.results import Embedding, Provenance
from vizcore.settings import Settings
from vizcore.zoo.cards import Licences, ModelCard

SIDE = 224
REQUESTS = 4  # of one session; the first is warm-up, since all begin at the same moment
ROUNDS = 2
CARD = ModelCard(
    "resnet18", "ResNet-18", "cnn", "classify", "bundled", "", (), "", "", 11.7, Licences("", "", "", True), ""
)


@dataclass(frozen=True)
class Number:
    """Makes each request another one, so that none is answered from what is kept."""

    number: int


class RandomNet:
    """A torchvision ResNet-18 with random weights: speed does not depend on them."""

    def __init__(self, card: ModelCard, device: str) -> None:
        import torch
        from torchvision.models import resnet18

        torch.manual_seed(0)
        self.card, self.weights_sha256, self.device = card, "random", device
        self.module = resnet18(weights=None).eval().requires_grad_(False)

    def memory_bytes(self) -> int:
        return 4 * 11_700_000

    def to_device(self, device: str) -> None:
        self.device = device


def forward(model: RandomNet, photo: Photo, settings: Number) -> Embedding:
    """One forward pass of one picture."""
    import torch

    with torch.inference_mode():
        pixels = torch.from_numpy(photo.rgb.copy()).permute(2, 0, 1)[None].float() / 255
        return Embedding(Provenance(), model.module(pixels)[0].numpy(), "logits")


NOTHING = Embedding(Provenance(), np.zeros(1), "nothing")


def nothing(model: RandomNet, photo: None, settings: Number) -> Embedding:
    """An operation without work: what remains is the way there and back."""
    return NOTHING


@contextmanager
def engine(**changes: Any) -> Iterator[Engine]:
    """An engine that keeps no answers, unless told to."""
    limits = {"device": "cpu", "cache_mb": 0, "queue_limit": 1_000_000, "deadline_s": 600.0, **changes}
    made = Engine(Settings(**limits), loader=RandomNet, find_card=lambda key: CARD)
    try:
        yield made
    finally:
        made.close()


def picture(number: int) -> Photo:
    return Photo(np.random.default_rng(number).integers(0, 256, (SIDE, SIDE, 3), np.uint8), "")


PICTURES = [picture(number) for number in range(32)]


def main() -> list[Measurement]:
    """Prints one line for each target."""
    threads = min(os.cpu_count() or 1, 4)
    print(f"ResNet-18, {SIDE} px, {threads} threads per call, load {os.getloadavg()[0]:.1f}", flush=True)
    return [*crowd(16), *crowd(32), dispatch(), rerun()]


@dataclass
class Crowd:
    """What sessions waited for an answer, and by how much a bystander's millisecond of Python was late.

    works_s: the same waits in processor time of the whole process, which neighbours on the machine do not lengthen.
    """

    waits_s: list[float] = field(default_factory=list)
    works_s: list[float] = field(default_factory=list)
    delays_s: list[float] = field(default_factory=list)


def crowd(sessions: int) -> list[Measurement]:
    """Sessions that ask again as soon as they are answered: ours and plain calls in turn."""
    ours, plain = Crowd(), Crowd()
    with engine() as shared:
        direct = RandomNet(CARD, "cpu")

        def by_engine(session: int, turn: int) -> object:
            return shared.run(forward, "resnet18", PICTURES[session], Number(turn), session=str(session))

        def by_itself(session: int, turn: int) -> object:
            return forward(direct, PICTURES[session], Number(turn))

        by_engine(0, -1)
        for _ in range(ROUNDS):
            gather(ours, by_engine, sessions)
            gather(plain, by_itself, sessions)
    p50, p95 = np.percentile(ours.works_s, [50, 95])
    by_clock = spread(ours.waits_s)
    print(f"engine.fairness_{sessions} by the clock: ours {by_clock:.3g}, plain threads {spread(plain.waits_s):.3g}")
    late, late_plain = (float(np.percentile(side.delays_s, 95)) * 1e3 for side in (ours, plain))
    return [
        within(f"engine.fairness_{sessions}", p95 * 1e3, p50 * 1e3, target=2.0, unit="ms (cpu, p95)", peer_name="p50"),
        within(f"engine.others_{sessions}", late, late_plain, target=0.5, unit="ms (p95)", peer_name="plain threads"),
    ]


def spread(waits_s: list[float]) -> float:
    p50, p95 = np.percentile(waits_s, [50, 95])
    return float(p95 / p50)


def gather(into: Crowd, ask: Callable[[int, int], object], sessions: int) -> None:
    """Runs one crowd to its end while a bystander does a millisecond of Python every few milliseconds."""
    over = threading.Event()
    bystander = threading.Thread(target=watch, args=(into.delays_s, over))

    def visit(session: int) -> None:
        for turn in range(REQUESTS):
            started, worked = time.perf_counter(), time.process_time()
            ask(session, turn)
            if turn:
                into.waits_s.append(time.perf_counter() - started)
                into.works_s.append(time.process_time() - worked)

    visitors = [threading.Thread(target=visit, args=(session,)) for session in range(sessions)]
    bystander.start()
    for each in visitors:
        each.start()
    for each in visitors:
        each.join()
    over.set()
    bystander.join()


def watch(delays_s: list[float], over: threading.Event) -> None:
    """How much later than its own processor time each millisecond of Python ends."""
    while not over.wait(0.005):
        started, own = time.perf_counter(), time.thread_time()
        while time.thread_time() - own < 1e-3:
            pass
        delays_s.append(time.perf_counter() - started - (time.thread_time() - own))


def dispatch() -> Measurement:
    """Processor time that the queue and the way back add to a call that does nothing; the median of ten blocks."""
    with engine() as shared:
        shared.run(nothing, "resnet18", None, Number(-1))
        through = [block(partial(shared.run, nothing, "resnet18", None)) for _ in range(10)]
    direct = [block(partial(nothing, None, None)) for _ in range(10)]  # type: ignore[arg-type]
    cpu_ms, wall_ms = np.median(through, axis=0) - np.median(direct, axis=0)
    remark = f"{wall_ms:.3g} ms by the clock"
    result = Measurement("engine.dispatch", float(cpu_ms), "ms (cpu) added per call", 0.2, rounds=10, remark=remark)
    verdict = "ok" if result.held else "MISSED"
    print(f"{result.name} added_cpu_ms={cpu_ms:.3g} added_wall_ms={wall_ms:.3g} target<=0.2 {verdict}")
    return result


def block(call: Callable[[Number], object], calls: int = 200) -> tuple[float, float]:
    """Milliseconds of one call, by processor and by clock: means over many calls."""
    cpu, wall = time.process_time(), time.perf_counter()
    for number in range(calls):
        call(Number(number))
    return (time.process_time() - cpu) / calls * 1e3, (time.perf_counter() - wall) / calls * 1e3


def rerun() -> Measurement:
    """Model calls of a page that runs again with nothing changed."""
    with engine(cache_mb=64) as shared:
        for _ in range(2):
            before = shared.status().calls
            for number in range(4):
                shared.run(forward, "resnet18", PICTURES[number], Number(0))
        result = Measurement("engine.rerun", shared.status().calls - before, "model calls", 0.0)
    print(f"{result.name} calls={result.ours:g} target<={result.target:g} {'ok' if result.held else 'MISSED'}")
    return result
