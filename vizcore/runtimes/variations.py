"""What do torch's own settings change, one at a time: gradients, number type, layout, threads, batch?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from vizcore.detection.candidates import wait_for
from vizcore.errors import SettingOutOfRange
from vizcore.i18n import N_
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, Result
from vizcore.runtimes.graphs import ClassifierGraph, graph_of
from vizcore.runtimes.threads import one_thread
from vizcore.snapshots import Snapshot

Call = Callable[[ClassifierGraph, torch.Tensor], tuple[torch.Tensor, ...]]


@dataclass(frozen=True)
class Variation:
    """call: runs the graph its way. batch: photos in one pass. title: to be translated when shown."""

    title: str
    call: Call
    batch: int = 1


def _plain(graph: ClassifierGraph, pixels: torch.Tensor) -> tuple[torch.Tensor, ...]:
    with torch.inference_mode():
        return graph(pixels)  # type: ignore[no-any-return]


def _no_grad(graph: ClassifierGraph, pixels: torch.Tensor) -> tuple[torch.Tensor, ...]:
    with torch.no_grad():
        return graph(pixels)  # type: ignore[no-any-return]


def _recording(graph: ClassifierGraph, pixels: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """As a call without any guard: every step is remembered for a gradient that nobody takes."""
    with torch.enable_grad():
        return tuple(each.detach() for each in graph(pixels.clone().requires_grad_(True)))


def _bfloat16(graph: ClassifierGraph, pixels: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Autocast around the whole model; its adapter's own rule, which keeps the CPU in float32, is set aside."""
    adapter = graph.model
    with ExitStack() as stack:
        if hasattr(type(adapter), "_precision"):
            adapter.__dict__["_precision"] = nullcontext
            stack.callback(adapter.__dict__.pop, "_precision")
        stack.enter_context(torch.inference_mode())
        stack.enter_context(torch.autocast(pixels.device.type, torch.bfloat16))
        return graph(pixels)  # type: ignore[no-any-return]


def _channels_last(graph: ClassifierGraph, pixels: torch.Tensor) -> tuple[torch.Tensor, ...]:
    with torch.inference_mode():
        return graph(pixels.contiguous(memory_format=torch.channels_last))  # type: ignore[no-any-return]


def _one_thread(graph: ClassifierGraph, pixels: torch.Tensor) -> tuple[torch.Tensor, ...]:
    with one_thread(), torch.inference_mode():
        return graph(pixels)  # type: ignore[no-any-return]


VARIATIONS: dict[str, Variation] = {
    "inference": Variation(N_("Inference mode (the reference)"), _plain),
    "no_grad": Variation(N_("no_grad"), _no_grad),
    "recording": Variation(N_("Gradients recorded"), _recording),
    "bfloat16": Variation(N_("bfloat16 (AMP)"), _bfloat16),
    "channels_last": Variation(N_("channels_last input"), _channels_last),
    "one_thread": Variation(N_("One thread"), _one_thread),
    "batch_4": Variation(N_("Batch of 4, per photo"), _plain, 4),
    "batch_8": Variation(N_("Batch of 8, per photo"), _plain, 8),
}


@dataclass(frozen=True)
class VariationSettings:
    """runs of each, in turn. series: another number measures anew."""

    runs: int = 20
    series: int = 0

    def __post_init__(self) -> None:
        if not 5 <= self.runs <= 300:
            raise SettingOutOfRange(setting="runs", least=5, most=300, actual=self.runs)


@dataclass(frozen=True, eq=False)
class VariationTimes(Result):
    """names (v,); per_photo_ms (v, n): milliseconds for each photo of a pass; difference (v,): largest absolute one of
    any output from the reference, scale: the largest output. threads: usual ones."""

    names: tuple[str, ...]
    per_photo_ms: FloatArray
    difference: FloatArray
    scale: float
    threads: int

    @property
    def quartiles_ms(self) -> FloatArray:
        """(3, v): a quarter, half and three quarters of the runs of each take less."""
        quartiles: FloatArray = np.percentile(self.per_photo_ms, [25, 50, 75], axis=1)
        return quartiles

    def ratio(self, name: str) -> float:
        """Median time against the reference; under 1 is faster."""
        medians = np.median(self.per_photo_ms, axis=1)
        return float(medians[self.names.index(name)] / medians[0])


def vary(model: Any, photo: Photo, settings: VariationSettings | None = None) -> Iterator[Snapshot]:
    """All variations in turn, one snapshot a round. Errors: ModelCannot, SettingOutOfRange."""
    chosen = settings or VariationSettings()
    graph, single = graph_of(model), model.pixels([model.prepare(photo)])
    batches = {name: single.expand(each.batch, -1, -1, -1).contiguous() for name, each in VARIATIONS.items()}
    reference = _plain(graph, single)
    differences = []
    for name, each in VARIATIONS.items():  # the first call of each, not counted
        found = each.call(graph, batches[name])
        pairs = zip(found, reference, strict=True)
        differences.append(max(float((a[:1].float() - b.float()).abs().max()) for a, b in pairs))
    times: list[list[float]] = [[] for _ in VARIATIONS]
    scale = max(float(each.abs().max()) for each in reference)
    for run in range(1, chosen.runs + 1):
        for place, (name, each) in enumerate(VARIATIONS.items()):
            began = time.perf_counter()
            each.call(graph, batches[name])
            wait_for(model.device)
            times[place].append((time.perf_counter() - began) * 1e3 / each.batch)
        result = VariationTimes(
            provenance_of("vary", model, photo, chosen),
            tuple(VARIATIONS),
            np.array(times),
            np.array(differences),
            scale,
            torch.get_num_threads(),
        )
        yield Snapshot(run, chosen.runs, result=result)
