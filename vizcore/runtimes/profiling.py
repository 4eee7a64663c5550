"""What does a model cost here? Every step by itself, every run kept, the runtimes in turn to meet the same noise."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from vizcore.detection.candidates import wait_for
from vizcore.errors import ModelCannot, PhotosMissing, SettingOutOfRange, VizError
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, Provenance, Result
from vizcore.runtimes.calibration import parity_photos
from vizcore.runtimes.memory import PeakMemory
from vizcore.runtimes.onnx_session import Arrays
from vizcore.runtimes.parity import Parity, compare, outputs_of
from vizcore.runtimes.percentiles import percentile, runs_needed
from vizcore.runtimes.postprocessing import decide
from vizcore.runtimes.table import RUNTIMES, Runner, open_runner
from vizcore.snapshots import Snapshot

STEPS = ("pre", "transfer", "model", "post")
PERCENTS = (50, 95, 99)
MOST_RUNS, MOST_BATCH = 1000, 32


@dataclass(frozen=True)
class ProfileSettings:
    """runtimes: names of RUNTIMES; the first that opens is the reference. runs, warm_up: counted passes, passes before.

    batch: copies of the photo in one pass. parity_photos: how many cuts of the samples the decisions are compared on,
    0 for none. series: another number measures anew instead of giving the kept answer.
    """

    runtimes: tuple[str, ...] = ("eager", "onnx", "int8")
    runs: int = 60
    warm_up: int = 3
    batch: int = 1
    parity_photos: int = 40
    series: int = 0

    def __post_init__(self) -> None:
        for name, least, most in (("runs", 1, MOST_RUNS), ("warm_up", 0, MOST_RUNS), ("batch", 1, MOST_BATCH)):
            if not least <= getattr(self, name) <= most:
                raise SettingOutOfRange(setting=name, least=least, most=most, actual=getattr(self, name))
        if unknown := [name for name in self.runtimes if name not in RUNTIMES] or not self.runtimes:
            raise ValueError(f"expected some of {list(RUNTIMES)}, got {unknown}")


@dataclass(frozen=True, eq=False)
class RuntimeProfile:
    """One runtime. Milliseconds by the wall clock, for the whole batch: arrays (n,) of each step.

    ready_ms: exporting or loading. first_ms: the first call, which compiles or allocates. peak_mb: how much more memory
    the process needed while it ran, None where the system does not say. parity: against the reference, None for itself.
    refusal: why it could not be measured; everything else is then empty.
    """

    name: str
    steps: dict[str, FloatArray]
    ready_ms: float = 0.0
    first_ms: float = 0.0
    size_mb: float = 0.0
    peak_mb: float | None = None
    parity: Parity | None = None
    refusal: VizError | None = None

    @property
    def total_ms(self) -> FloatArray:
        """(n,) of whole passes."""
        return np.asarray(sum(self.steps.values()), np.float64).reshape(-1)

    def percentiles(self, step: str = "total") -> dict[int, float | None]:
        """{50: ms, 95: ms, 99: ms}; None where the runs are too few to say it."""
        values = self.total_ms if step == "total" else self.steps.get(step, np.zeros(0))
        return {percent: percentile(values, percent) for percent in PERCENTS}


@dataclass(frozen=True, eq=False)
class Profile(Result):
    """runtimes in the order asked for; n: counted runs of each so far. threads: of one model call."""

    runtimes: tuple[RuntimeProfile, ...]
    n: int
    batch: int
    size_hw: tuple[int, int]
    threads: int

    def of(self, name: str) -> RuntimeProfile | None:
        return next((each for each in self.runtimes if each.name == name and each.refusal is None), None)

    @property
    def reference(self) -> RuntimeProfile:
        """What the others are compared with: the first that could be measured."""
        return next(each for each in self.runtimes if each.refusal is None)

    def speed(self, name: str) -> float | None:
        """Median model time of the reference over that of this runtime; over 1 is faster."""
        other = self.of(name)
        if other is None or not self.n:
            return None
        return float(np.median(self.reference.steps["model"])) / max(float(np.median(other.steps["model"])), 1e-9)

    def to_json(self) -> dict[str, Any]:
        """Every run, and the percentiles that they allow."""
        rows = []
        for each in self.runtimes:
            refusal = None if each.refusal is None else {"code": each.refusal.code, **each.refusal.values}
            rows.append(
                {
                    **{name: getattr(each, name) for name in ("name", "ready_ms", "first_ms", "size_mb", "peak_mb")},
                    "parity": each.parity,
                    "refusal": refusal,
                    "steps_ms": each.steps,
                    "percentiles": {f"p{percent}_ms": value for percent, value in each.percentiles().items()},
                }
            )
        slim = replace(self, runtimes=())
        from vizcore.results import to_plain

        content = {"runtimes": to_plain(rows), "reference": self.reference.name, "needed_runs": _needed()}
        return {**super(Profile, slim).to_json(), **content}


def _needed() -> dict[str, int]:
    return {f"p{percent}": runs_needed(percent) for percent in PERCENTS}


@dataclass(eq=False)
class _Bench:
    """One runtime under measurement."""

    runner: Runner
    times: dict[str, list[float]]
    first_ms: float = 0.0
    peak_mb: float | None = None
    parity: Parity | None = None


def profile(model: Any, photo: Photo, settings: ProfileSettings | None = None) -> Iterator[Snapshot]:
    """Opens every runtime, compares decisions, then runs them in turn; one snapshot a round. Stopping keeps the rounds.

    A runtime that cannot be opened is kept with its refusal; a model without any graph is ModelCannot.
    """
    chosen = settings or ProfileSettings()
    total = len(chosen.runtimes) + chosen.runs
    benches: dict[str, _Bench] = {}
    refusals: dict[str, VizError] = {}
    cuts = parity_photos(chosen.parity_photos) if chosen.parity_photos else ()
    reference: Arrays | None = None
    for step, name in enumerate(chosen.runtimes, start=1):
        try:
            bench = _opened(model, photo, name, chosen)
            if cuts:
                found = outputs_of(bench.runner, model, cuts)
                if reference is None:
                    reference = found
                else:
                    bench.parity = compare(model.card.task, reference, found, cuts)
            benches[name] = bench
        except ModelCannot:
            raise
        except VizError as refusal:
            refusals[name] = refusal
        yield Snapshot(step, total)
    if not benches:
        raise next(iter(refusals.values()), PhotosMissing(needed=1, given=0))
    size_hw = model.prepare(photo).placement.model_hw
    provenance = provenance_of("profile", model, photo, chosen)  # both once, not in every round between the passes
    for run in range(1, chosen.runs + 1):
        for bench in benches.values():
            for key, value in _one_pass(model, photo, bench.runner, chosen.batch).items():
                bench.times[key].append(value)
        result = _profile(provenance, chosen, benches, refusals, run, size_hw)
        yield Snapshot(len(chosen.runtimes) + run, total, result=result)


def _opened(model: Any, photo: Photo, name: str, settings: ProfileSettings) -> _Bench:
    """Ready, its first call timed apart, warmed up."""
    memory = PeakMemory()
    bench = _Bench(open_runner(name, model), {step: [] for step in STEPS})
    began = time.perf_counter()
    _one_pass(model, photo, bench.runner, settings.batch)
    bench.first_ms = (time.perf_counter() - began) * 1e3
    for _ in range(settings.warm_up):
        _one_pass(model, photo, bench.runner, settings.batch)
    bench.peak_mb = memory.peak_mb()
    return bench


def _one_pass(model: Any, photo: Photo, runner: Runner, batch: int) -> dict[str, float]:
    """Milliseconds of each step, the device waited for before every look at the clock."""
    marks = [time.perf_counter()]
    prepared = [model.prepare(photo) for _ in range(batch)]
    marks.append(time.perf_counter())
    pixels = model.pixels(prepared)
    wait_for(model.device)
    marks.append(time.perf_counter())
    outputs = runner.run(pixels)
    wait_for(model.device)
    marks.append(time.perf_counter())
    decide(model, outputs)
    marks.append(time.perf_counter())
    return {step: (marks[place + 1] - marks[place]) * 1e3 for place, step in enumerate(STEPS)}


def _profile(
    provenance: Provenance,
    settings: ProfileSettings,
    benches: dict[str, _Bench],
    refusals: dict[str, VizError],
    n: int,
    size_hw: tuple[int, int],
) -> Profile:
    rows = []
    for name in settings.runtimes:
        bench = benches.get(name)
        if bench is None:
            rows.append(RuntimeProfile(name, {step: np.zeros(0) for step in STEPS}, refusal=refusals[name]))
            continue
        steps = {step: np.array(values) for step, values in bench.times.items()}
        runner, kept = bench.runner, (bench.first_ms, bench.runner.size_mb, bench.peak_mb, bench.parity)
        rows.append(RuntimeProfile(name, steps, runner.ready_ms, *kept))
    return Profile(provenance, tuple(rows), n, settings.batch, size_hw, torch.get_num_threads())


def budget_broken(found: RuntimeProfile, budget_ms: dict[str, float]) -> tuple[str, ...]:
    """Steps whose median lies over the budget that was set for them."""
    return tuple(
        step for step, limit in budget_ms.items() if len(found.steps[step]) and np.median(found.steps[step]) > limit
    )
