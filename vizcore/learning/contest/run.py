"""How does one contestant train, step by step, until its budget is spent?

A budget is a number of epochs, or of seconds of training alone: building the network and looking at the test digits
cost nothing. The test digits decide nothing: the last weights count, whatever they are.
"""

from __future__ import annotations

import importlib
import math
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vizcore.errors import Busy, SettingOutOfRange, UnknownChoice
from vizcore.learning.contest.contestants import CONTESTANTS, Contestant
from vizcore.learning.contest.digits import DigitData, LabelledDigits, drawn, packaged_data
from vizcore.learning.contest.judging import Judge, judge_for
from vizcore.learning.contest.results import Clock, ContestRun, Look, Regime
from vizcore.provenance import versions
from vizcore.results import FloatArray, Provenance
from vizcore.snapshots import Snapshot, in_background

LIMITS: Mapping[str, tuple[float, float]] = {"seed": (0, 2**31 - 1), "seconds": (1, 3_600), "epochs": (0.01, 100)}
CLOCKS: Mapping[Clock, Callable[[], float]] = {"cpu": time.process_time, "wall": time.perf_counter}
PARTS = 1_000  # into which a budget is counted for the progress bar
LOOKS = 12  # a look is due after each twelfth of the budget,
LOOK_S = 4.0  # or after so many seconds of training,
LOOK_SHARE = 5  # but not before training took so many times what the last one cost
SHIFT = 2  # pixels, to each side
SNAPSHOT_S = 0.1
KEPT_PARAMETERS = 6_000_000  # weights of larger networks are not kept
LARGE_MB = 1_000
_large = threading.Lock()


@dataclass(frozen=True)
class ContestSettings:
    """budget: seconds on `clock` (`cpu`: of the whole process, `wall`: on the wall) where regime is `time`, or epochs.

    test_most: test digits that are asked at most, drawn by a fixed seed. attempt: counts the presses of Start.
    """

    contestant: str
    regime: Regime = "time"
    budget: float = 60.0
    seed: int = 0
    clock: Clock = "wall"
    test_most: int = 2_000
    attempt: int = 0

    def validate(self) -> None:
        """UnknownChoice, or SettingOutOfRange for the first number outside its limits."""
        if self.contestant not in CONTESTANTS:
            raise UnknownChoice(option="contestant", wanted=self.contestant, known=list(CONTESTANTS))
        unit = "seconds" if self.regime == "time" else "epochs"
        for name, value in (("seed", self.seed), (unit, self.budget)):
            least, most = LIMITS[name]
            if not (math.isfinite(value) and least <= value <= most):
                raise SettingOutOfRange(setting=name, least=least, most=most, actual=value)


class Learner(Protocol):
    """A contestant's network; a detector's has `detect` in place of `probabilities`. start: `imagenet` or `noise`."""

    start: str
    parameters: int

    def learn(self, pictures: NDArray[np.uint8], labels: NDArray[np.int64], rate_share: float) -> float: ...

    def weights(self) -> Mapping[str, FloatArray]: ...


def learner_for(row: Contestant, seed: int) -> Any:
    """The network of that row with the weights it starts from."""
    module, _, name = row.loader.partition(":")
    return getattr(importlib.import_module(module), name)(row, seed)


@in_background
def run_contestant(model: object, data: DigitData | None, settings: ContestSettings) -> Generator[Snapshot, None, None]:
    """Ends in a ClassifierRun or DetectorRun; needs no model. data None: the packaged digits.

    values: `loss` (of training), `test_loss`, `score`, at each look. A loss that is no number ends the run: the
    result says so. Errors: UnknownChoice, SettingOutOfRange, DigitsMissing; Busy while another run in this process
    needs as much memory.
    """
    settings.validate()
    with _room(CONTESTANTS[settings.contestant]):
        yield from _steps(Race(settings, data or packaged_data()))


@contextmanager
def _room(row: Contestant) -> Iterator[None]:
    """Of the large networks only one learns at a time."""
    if row.memory_mb < LARGE_MB:
        yield
        return
    if not _large.acquire(blocking=False):
        raise Busy(retry_s=60)
    try:
        yield
    finally:
        _large.release()


def _steps(race: Race) -> Iterator[Snapshot]:
    yield race.progress()
    shown_at = time.monotonic()
    for pictures, labels in race.batches():
        if not math.isfinite(race.step(pictures, labels)):
            break
        if race.look_is_due():
            yield from race.look()
        elif time.monotonic() - shown_at > SNAPSHOT_S:
            yield race.progress()
        else:
            continue
        shown_at = time.monotonic()
    race.over = True
    yield from race.look()


@dataclass(eq=False)
class Race:
    """One contestant under way."""

    settings: ContestSettings
    data: DigitData
    spent: float = 0.0
    steps: int = 0
    seen: int = 0  # training digits
    over: bool = False
    losses: list[float] = field(default_factory=list)  # since the last look
    looks: list[Look] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.row = CONTESTANTS[self.settings.contestant]
        self.clock = CLOCKS[self.settings.clock]
        self.learner: Learner = learner_for(self.row, self.settings.seed)
        self.judge: Judge = judge_for(self.row, self.learner, drawn(self.data.test, self.settings.test_most))
        self._generator = np.random.default_rng(self.settings.seed)
        self._looked_at, self._look_cost = (0.0, 0.0), 0.0  # (share of the budget, seconds) at the last look

    @property
    def share(self) -> float:
        """Of the budget, 0 to 1."""
        done = self.spent if self.settings.regime == "time" else self.epochs
        return min(1.0, done / self.settings.budget)

    @property
    def epochs(self) -> float:
        return self.seen / len(self.data.train)

    def batches(self) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.int64]]]:
        """Every training digit once, in a new order, shifted by up to two pixels; again, until the budget is spent."""
        while True:
            order = self._generator.permutation(len(self.data.train))
            for first in range(0, len(order), self.row.batch):
                some = self.data.train.at(order[first : first + self.row.batch])
                yield shifted(some, self._generator), some.labels
                if self.share >= 1:
                    return

    def step(self, pictures: NDArray[np.uint8], labels: NDArray[np.int64]) -> float:
        """One step; its loss."""
        started = self.clock()
        loss = self.learner.learn(pictures, labels, rate_share(self.share, self.row.warm_up))
        self.spent += self.clock() - started
        self.steps += 1
        self.seen += len(labels)
        self.losses.append(loss)
        return loss

    def look_is_due(self) -> bool:
        share, seconds = self._looked_at
        since = self.spent - seconds
        long_ago = self.share - share >= 1 / LOOKS or since >= LOOK_S
        return long_ago and since >= LOOK_SHARE * self._look_cost and self.share < 1

    def look(self) -> Iterator[Snapshot]:
        """The test digits, some at a time; the last snapshot has the numbers and the result so far."""
        self._look_cost = 0.0
        started = self.clock()
        for _ in self.judge.ask():
            self._look_cost += self.clock() - started
            yield self.progress()
            started = self.clock()
        self._look_cost += self.clock() - started
        self._looked_at = (self.share, self.spent)
        finite = [each for each in self.losses if math.isfinite(each)]
        train_loss = float(np.mean(finite)) if finite else self.looks[-1].train_loss if self.looks else 0.0
        self.looks.append(Look(self.spent, self.epochs, train_loss, self.judge.score, self.judge.test_loss))
        diverged = len(finite) < len(self.losses)
        self.losses.clear()
        values = {"loss": train_loss, "score": self.judge.score}
        if self.judge.test_loss is not None:
            values["test_loss"] = self.judge.test_loss
        step = PARTS if self.over and not diverged else self._part()
        yield Snapshot(step, PARTS, values, result=self.result(diverged=diverged))

    def progress(self) -> Snapshot:
        return Snapshot(self._part(), PARTS)

    def _part(self) -> int:
        return int(self.share * PARTS)

    def result(self, *, diverged: bool = False) -> ContestRun:
        chosen = self.settings
        kept = self.learner.weights() if self.learner.parameters <= KEPT_PARAMETERS and not diverged else {}
        return self.judge.result(
            provenance=Provenance(
                operation="run_contestant",
                model=chosen.contestant,
                settings={
                    **{name: getattr(chosen, name) for name in ("regime", "budget", "clock", "test_most")},
                    "data_sha256": self.data.sha256,
                },
                seed=chosen.seed,
                dtype="float32",
                versions={**versions(), "numpy": np.__version__},
            ),
            contestant=chosen.contestant, regime=chosen.regime, budget=chosen.budget, clock=chosen.clock,
            seed=chosen.seed, start=self.learner.start, parameters=self.learner.parameters, source=self.data.source,
            train_count=len(self.data.train), test_count=self.judge.count, seconds=self.spent, epochs=self.epochs,
            inference_ms=1e3 * self._look_cost / max(1, self.judge.count), looks=tuple(self.looks),
            complete=self.over and not diverged, diverged=diverged, weights=kept,
        )  # fmt: skip


def rate_share(share: float, warm_up: float) -> float:
    """Of the full rate, at this share of the budget: up in a line, then down along half a cosine to 0."""
    if share < warm_up:
        return (share + 0.01) / (warm_up + 0.01)
    return 0.5 * (1 + math.cos(math.pi * (share - warm_up) / (1 - warm_up)))


def shifted(digits: LabelledDigits, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Each picture moved by -2 to 2 pixels in both directions, dark where it came from: the labels stay true."""
    padded = np.pad(digits.pictures, ((0, 0), (SHIFT, SHIFT), (SHIFT, SHIFT)))
    height, width = digits.pictures.shape[1:]
    moved = np.empty_like(digits.pictures)
    for place, (down, right) in enumerate(generator.integers(0, 2 * SHIFT + 1, (len(digits), 2))):
        moved[place] = padded[place, down : down + height, right : right + width]
    return moved
