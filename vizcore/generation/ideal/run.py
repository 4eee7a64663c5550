"""Climbs step by step, shows the way, and keeps the best pictures met."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from vizcore.generation.attacks.rounding import RgbArray, as_pixels, as_rgb
from vizcore.generation.gradients import answers
from vizcore.generation.ideal.ascent import FRESH_SHIFTS, Ascent, Judged, better_of
from vizcore.generation.ideal.reading import mixed_name, name_of
from vizcore.generation.ideal.results import IdealResult, TimeEstimate
from vizcore.generation.ideal.settings import IdealSettings
from vizcore.generation.pace import Pace
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg
from vizcore.provenance import provenance_of
from vizcore.snapshots import Snapshot
from vizcore.zoo.protocols import FeatureModel

PREVIEW_S = 0.25
JUDGEMENTS = 16  # at least; a judgement costs about a third of a step
JUDGE_EVERY = 8  # steps at most: whoever stops a long climb is not to be given a picture from long before
FRAME_QUALITY = 90


def ideal(
    model: FeatureModel, photo: Photo | Sequence[Photo] | None, settings: IdealSettings | None = None
) -> Iterator[Snapshot]:
    """Ends in an IdealResult. The photo is where a climb with start="photo" begins; others need none: () or None.

    values: the mean of each term of the loss, "activation" (with its own sign), "loss"; for one class "probability".
    Errors: ModelCannot, UnknownClass, SettingOutOfRange, PhotosMissing, DeadUnit, InvalidOutput.
    """
    chosen = settings or IdealSettings()
    first = photo if isinstance(photo, Photo) or photo is None else next(iter(photo), None)
    ascent = Ascent(model, first, chosen)
    way = _Way(model, first, ascent)
    preview = Pace(PREVIEW_S)
    for step in range(1, chosen.steps + 1):
        values = way.step(step)
        picture = None
        if preview.due():
            with preview.spending():
                picture = tiled([as_rgb(each) for each in ascent.pictures()])
        result = way.result(step) if way.judged_now and step < chosen.steps else None
        yield Snapshot(step, chosen.steps, values, picture, result)
    final = way.result(chosen.steps)
    yield Snapshot(chosen.steps, chosen.steps, preview=tiled([each.rgb for each in final.pictures]), result=final)


def expected_seconds(
    model: FeatureModel, photo: Photo | Sequence[Photo] | None, settings: IdealSettings | None = None
) -> TimeEstimate:
    """How long `ideal` with these settings would take here: two steps are done, and the second is timed.

    Errors: those of `ideal`, so that they are known before the start.
    """
    chosen = settings or IdealSettings()
    first = photo if isinstance(photo, Photo) or photo is None else next(iter(photo), None)
    ascent = Ascent(model, first, chosen)
    ascent.step()
    _synchronise(model.device)
    began = time.perf_counter()
    ascent.step()
    _synchronise(model.device)
    step_s = time.perf_counter() - began
    judgements = (min(chosen.steps, judgements_in(chosen.steps)) + FRESH_SHIFTS) / 3
    provenance = provenance_of("expected_seconds", model, first, chosen)
    return TimeEstimate(provenance, step_s * (chosen.steps + judgements), 1000 * step_s, chosen.steps)


def tiled(rgbs: list[RgbArray]) -> RgbArray:
    """One picture of all, in rows of equal length, with 2 white pixels between; a single one stays as it is."""
    columns = math.ceil(math.sqrt(len(rgbs)))
    height, width = rgbs[0].shape[:2]
    rows = math.ceil(len(rgbs) / columns)
    canvas = np.full((rows * (height + 2) - 2, columns * (width + 2) - 2, 3), 255, dtype=np.uint8)
    for i, rgb in enumerate(rgbs):
        top, left = i // columns * (height + 2), i % columns * (width + 2)
        canvas[top : top + height, left : left + width] = rgb
    return canvas


@dataclass(eq=False)
class _Way:
    """Curves, frames, and for each picture the one with the lowest loss among those judged."""

    model: FeatureModel
    photo: Photo | None
    ascent: Ascent
    curves: dict[str, list[float]] = field(default_factory=dict)
    frames: list[bytes] = field(default_factory=list)
    frame_steps: list[int] = field(default_factory=list)
    best: Judged | None = None
    best_step: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    judged_now: bool = False

    def step(self, step: int) -> dict[str, float]:
        """One step of the climb; at evenly spaced steps also a frame and a judgement."""
        values = self.ascent.step()
        for name, value in values.items():
            self.curves.setdefault(name, []).append(value)
        steps = self.ascent.settings.steps
        if falls_on(step, steps, self.ascent.settings.frames):
            picture = tiled([as_rgb(each) for each in self.ascent.pictures()])
            self.frames.append(encode_jpeg(picture, quality=FRAME_QUALITY))
            self.frame_steps.append(step)
        self.judged_now = step == 1 or falls_on(step, steps, judgements_in(steps))
        if self.judged_now:
            self._keep(self.ascent.judge(), step)
        return values

    def result(self, step: int) -> IdealResult:
        """What the climb answers after `step` steps; the fresh shifts are tried at its end only."""
        if self.best is None:
            raise ValueError("expected a judgement before a result, got none")
        chosen, target = self.ascent.settings, self.ascent.settings.target
        mixed = tuple((name_of(self.model, each), weight) for each, weight in chosen.targets) if chosen.second else ()
        name = mixed_name(mixed) if mixed else name_of(self.model, target)
        return IdealResult(
            provenance_of("ideal", self.model, self.photo, chosen),
            target=name,
            target_class=target.index if target.kind == "class" and not mixed else None,
            labels=tuple(self.model.labels),
            pictures=tuple(Photo(rgb, name) for rgb in self.best.rgbs),
            probabilities=self._probabilities(self.best),
            activation=self.best.activation,
            jittered=self.ascent.jittered(self.best.rgbs) if step == chosen.steps else np.full(chosen.count, np.nan),
            total_variation=self.best.total_variation,
            best_step=self.best_step,
            steps=step,
            mixed=mixed,
            mixed_classes=tuple(each.index if each.kind == "class" else None for each, _weight in chosen.targets)
            if mixed
            else (),
            curves={key: tuple(values) for key, values in self.curves.items()},
            frames=tuple(self.frames),
            frame_steps=tuple(self.frame_steps),
        )

    def _keep(self, now: Judged, step: int) -> None:
        if self.best is None:
            self.best, self.best_step = now, np.full(len(now.rgbs), step)
            return
        self.best_step = np.where(now.loss < self.best.loss, step, self.best_step)
        self.best = better_of(self.best, now)

    def _probabilities(self, best: Judged) -> NDArray[np.float64]:
        """(n, classes); (n, 0) without a head. A layer's climb ends before the head, which is asked only here."""
        if not self.model.labels:
            return np.zeros((len(best.rgbs), 0))
        logits = best.logits
        if logits is None:
            logits = answers(self.model, as_pixels(best.rgbs, self.model.device))
        shares: NDArray[np.float64] = logits.detach().double().softmax(1).cpu().numpy()
        return shares


def judgements_in(steps: int) -> int:
    """How many times the pictures of a climb of so many steps are judged."""
    return max(JUDGEMENTS, steps // JUDGE_EVERY)


def falls_on(step: int, steps: int, count: int) -> bool:
    """Whether `step` of 1..steps is one of `count` evenly spaced ones, the last step always among them."""
    count = min(count, steps)
    return count > 0 and (step * count) // steps != ((step - 1) * count) // steps


def _synchronise(device: str) -> None:
    if device.startswith("cuda"):
        torch.cuda.synchronize(device)
