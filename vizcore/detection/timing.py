"""How long does a detector take here, honestly: warm-up apart, every run kept, each phase by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch

from vizcore.detection.candidates import NumberType, ProposeSettings, propose_timed
from vizcore.detection.choosing import ChoiceSettings, choose
from vizcore.errors import SettingOutOfRange
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, Result, expect_shape
from vizcore.snapshots import Snapshot
from vizcore.zoo.protocols import Detector

PHASES = ("pre", "model", "post")
PERCENTILES = (50, 95, 99)
MOST_RUNS, MOST_BATCH = 1000, 64


@dataclass(frozen=True)
class TimingSettings:
    """warm_up, runs: passes thrown away and passes counted. batch: copies of the photo in one pass.

    choice: the NMS that belongs to `post`. series: another number measures anew instead of giving the kept answer.
    """

    warm_up: int = 3
    runs: int = 30
    batch: int = 1
    dtype: NumberType = "float32"
    floor: float = 0.01
    choice: ChoiceSettings = field(default_factory=ChoiceSettings)
    series: int = 0

    def __post_init__(self) -> None:
        for name, least, most in (("warm_up", 0, MOST_RUNS), ("runs", 1, MOST_RUNS), ("batch", 1, MOST_BATCH)):
            if not least <= getattr(self, name) <= most:
                raise SettingOutOfRange(setting=name, least=least, most=most, actual=getattr(self, name))


@dataclass(frozen=True, eq=False)
class Timing(Result):
    """Milliseconds by the wall clock of each counted pass (n,), for the whole batch.

    pre_ms: photo to tensor on the device. model_ms: the network. post_ms: scores to boxes, NMS included. warm_up_ms
    (k,): whole passes before, not counted. size_hw: what the model was given. threads: of torch on the CPU.
    """

    pre_ms: FloatArray
    model_ms: FloatArray
    post_ms: FloatArray
    warm_up_ms: FloatArray
    batch: int
    size_hw: tuple[int, int]
    threads: int

    def validate(self) -> None:
        expect_shape("pre_ms", self.pre_ms, (None,))
        for name in ("model_ms", "post_ms"):
            expect_shape(name, getattr(self, name), (len(self.pre_ms),))

    @property
    def total_ms(self) -> FloatArray:
        """(n,) of whole passes."""
        total: FloatArray = self.pre_ms + self.model_ms + self.post_ms
        return total

    def percentiles(self) -> dict[str, dict[str, float]]:
        """{"pre" | "model" | "post" | "total": {"p50", "p95", "p99"}} in milliseconds; empty without a run.

        Linear between the two nearest runs, so p99 of fewer than 100 runs leans on the slowest one.
        """
        if not len(self.pre_ms):
            return {}
        columns = {phase: getattr(self, f"{phase}_ms") for phase in (*PHASES, "total")}
        return {
            name: {f"p{share}": float(np.percentile(values, share)) for share in PERCENTILES}
            for name, values in columns.items()
        }

    def to_json(self) -> dict[str, object]:
        return {**super().to_json(), "percentiles": self.percentiles()}


def measure_time(model: Detector, photo: Photo, settings: TimingSettings | None = None) -> Iterator[Snapshot]:
    """One pass a step, the warm-up first; stopping keeps the passes so far. Errors: InvalidOutput."""
    settings = settings or TimingSettings()
    passes: list[Mapping[str, float]] = []
    total = settings.warm_up + settings.runs
    size = model.prepare(photo).placement.model_hw
    for step in range(1, total + 1):
        passes.append(_one_pass(model, photo, settings))
        result = _timing(model, photo, settings, passes, size)
        yield Snapshot(step, total, {"total": sum(passes[-1].values())}, result=result)


def _one_pass(model: Detector, photo: Photo, settings: TimingSettings) -> dict[str, float]:
    wanted = ProposeSettings(floor=min(settings.floor, settings.choice.score), dtype=settings.dtype)
    candidates, phases = propose_timed(model, [photo] * settings.batch, wanted)
    began = time.perf_counter()
    for each in candidates:
        choose(each, settings.choice)
    chosen_ms = (time.perf_counter() - began) * 1e3
    return {"pre": phases.pre, "model": phases.model, "post": phases.post + chosen_ms}


def _timing(
    model: Detector,
    photo: Photo,
    settings: TimingSettings,
    passes: Sequence[Mapping[str, float]],
    size_hw: tuple[int, int],
) -> Timing:
    warm, counted = passes[: settings.warm_up], passes[settings.warm_up :]
    provenance = provenance_of("measure_time", model, photo, settings)
    columns = {f"{phase}_ms": np.array([each[phase] for each in counted]) for phase in PHASES}
    return Timing(
        replace(provenance, dtype=settings.dtype),
        **columns,
        warm_up_ms=np.array([sum(each.values()) for each in warm]),
        batch=settings.batch,
        size_hw=size_hw,
        threads=torch.get_num_threads(),
    )
