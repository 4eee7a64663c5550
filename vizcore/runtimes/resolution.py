"""What do smaller and larger inputs cost and change? The same photos prepared at several sides, against the usual."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from vizcore.detection.candidates import wait_for
from vizcore.errors import ModelCannot, SettingOutOfRange
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, Result
from vizcore.runtimes.calibration import parity_photos
from vizcore.runtimes.graphs import ClassifierGraph, graph_of
from vizcore.runtimes.onnx_session import Arrays
from vizcore.runtimes.parity import SliceAgreement, decisions
from vizcore.runtimes.percentiles import median
from vizcore.snapshots import Snapshot

STEP = 32  # of sizes: what every stride of our models divides
SHARES = (0.5, 0.75, 1.25, 1.5)  # of the usual side, which stands among them as it is


@dataclass(frozen=True)
class ResolutionSettings:
    """runs of each size, in turn. photos: cuts of the samples on which the decisions are compared. series: another
    number measures anew."""

    runs: int = 9
    photos: int = 24
    series: int = 0

    def __post_init__(self) -> None:
        for name, least, most in (("runs", 5, 300), ("photos", 1, 200)):
            if not least <= getattr(self, name) <= most:
                raise SettingOutOfRange(setting=name, least=least, most=most, actual=getattr(self, name))


@dataclass(frozen=True, eq=False)
class SizeRow:
    """side in pixels. ms (n,): model time of one photo. slices: decisions as at the usual side, on all photos first."""

    side: int
    ms: FloatArray
    slices: tuple[SliceAgreement, ...]


@dataclass(frozen=True, eq=False)
class ResolutionSweep(Result):
    """rows, the smallest side first; usual: the side that the model was made for."""

    rows: tuple[SizeRow, ...]
    usual: int
    threads: int

    @property
    def medians_ms(self) -> list[float]:
        """Of each row."""
        return [median(row.ms) for row in self.rows]

    @property
    def usual_row(self) -> int:
        """The place of the row of the usual side."""
        return next(place for place, row in enumerate(self.rows) if row.side == self.usual)


def resolution_sweep(model: Any, photo: Photo, settings: ResolutionSettings | None = None) -> Iterator[Snapshot]:
    """Every side in turn, one snapshot a round. ModelCannot for a model whose positions were learnt for one size."""
    chosen, graph = settings or ResolutionSettings(), graph_of(model)
    usual, cuts = int(model.recipe.size), parity_photos(chosen.photos)
    sides = sorted({max(STEP, STEP * round(share * usual / STEP)) for share in SHARES} | {usual})
    total = len(sides) + chosen.runs
    answers: dict[int, Arrays] = {}
    for step, side in enumerate(sides, start=1):
        answers[side] = _answers(graph, model, cuts, side, usual)
        yield Snapshot(step, total)
    agreed = {side: decisions(model.card.task, answers[usual], found, cuts) for side, found in answers.items()}
    pixels = {side: pixels_at(model, [photo], side) for side in sides}
    times: dict[int, list[float]] = {side: [] for side in sides}
    for run in range(1, chosen.runs + 1):
        for side in sides:
            began = time.perf_counter()
            _ask(graph, pixels[side])
            wait_for(model.device)
            times[side].append((time.perf_counter() - began) * 1e3)
        rows = tuple(SizeRow(side, np.array(times[side]), agreed[side]) for side in sides)
        provenance = provenance_of("resolution_sweep", model, photo, chosen)
        yield Snapshot(
            len(sides) + run, total, result=ResolutionSweep(provenance, rows, usual, torch.get_num_threads())
        )


def pixels_at(model: Any, photos: list[Photo], side: int) -> torch.Tensor:
    """(B, 3, side, side): the model's own recipe for another size, its fit and crop in the same proportion."""
    recipe = model.recipe
    changed: dict[str, Any] = {"size": side}
    if getattr(recipe, "shorter_side", 0):
        changed["shorter_side"] = round(recipe.shorter_side * side / recipe.size)
    other = replace(recipe, **changed)
    pixels: torch.Tensor = model.pixels([other.prepare(photo) for photo in photos])
    return pixels


def _answers(graph: ClassifierGraph, model: Any, photos: tuple[Photo, ...], side: int, usual: int) -> Arrays:
    """All photos at one side; boxes in pixels of the usual side, so that they can be compared."""
    found = [_ask(graph, pixels_at(model, [photo], side)) for photo in photos]
    joined = [np.concatenate(each) for each in zip(*found, strict=True)]
    if model.card.task == "detect":
        joined[0] = joined[0] * (usual / side)
    return tuple(joined)


def _ask(graph: ClassifierGraph, pixels: torch.Tensor) -> Arrays:
    try:
        with torch.inference_mode():
            return tuple(each.float().cpu().numpy() for each in graph(pixels))
    except (RuntimeError, AssertionError, ValueError) as problem:  # how networks of one size refuse another
        raise ModelCannot(model=graph.model.card.key, ability="resolution") from problem
