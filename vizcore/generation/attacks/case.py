"""Photos, model and settings, made ready for an attack; and what came out of it, measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch

from vizcore.errors import AlreadyTarget, UnknownClass
from vizcore.generation.attacks.export import file_picture
from vizcore.generation.attacks.goals import Goal
from vizcore.generation.attacks.measures import budget_kept, change_between
from vizcore.generation.attacks.problem import Attack, Attempt, Problem
from vizcore.generation.attacks.results import AttackResult, attacked_name
from vizcore.generation.attacks.rounding import RgbArray, as_pixels, on_the_grid
from vizcore.generation.attacks.settings import AttackSettings
from vizcore.generation.attacks.table import ATTACKS
from vizcore.generation.gradients import answers
from vizcore.photo import Photo
from vizcore.preprocessing.recipes import Prepared
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray
from vizcore.zoo.protocols import FeatureModel

# A smallest-change attack stands just behind a border and rounding may push it back: its change is then enlarged. Where
# all of it lies under half a grey level, rounding takes everything away until it is many times as large.
ENLARGED = (1.02, 1.05, 1.1, 1.2, 1.35, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0)


CURVES = ("loss", "source", "rival")


@dataclass(eq=False)
class Curves:
    """Loss and confidences (B,) of the photos at each step at which the model was asked."""

    loss: list[FloatArray] = field(default_factory=list)
    source: list[FloatArray] = field(default_factory=list)
    rival: list[FloatArray] = field(default_factory=list)

    def add(self, goal: Goal, logits: torch.Tensor) -> dict[str, float]:
        """Appends one step, and says its means over the photos."""
        probabilities = logits.softmax(1)
        named = {
            "loss": goal.loss(logits),
            "source": probabilities.gather(1, goal.source[:, None])[:, 0],
            "rival": probabilities.gather(1, goal.rival(logits)[:, None])[:, 0],
        }
        for name, values in named.items():
            getattr(self, name).append(values.detach().double().cpu().numpy())
        return {name: float(values.mean()) for name, values in named.items()}

    def of(self, photo: int) -> dict[str, FloatArray]:
        """The curves of one photo, by the names of `AttackResult`."""
        return {f"{name}_curve": np.array([each[photo] for each in getattr(self, name)]) for name in CURVES}


@dataclass(frozen=True, eq=False)
class Answer:
    """The 8-bit pictures and the model's logits for them.

    worth, to compare by: (share of photos that reach the goal, mean loss; -change where there is no budget).
    """

    rgbs: list[RgbArray]
    logits: torch.Tensor
    worth: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Case:
    """One run: a batch of photos that the method changes, apart or together."""

    problem: Problem
    photos: tuple[Photo, ...]
    prepared: tuple[Prepared, ...]
    before: torch.Tensor

    @property
    def row(self) -> Attack:
        return ATTACKS[self.problem.settings.attack]

    def answer(self, attempt: Attempt) -> Answer:
        """The attempt on the 8-bit grid, judged; enlarged until it succeeds where the attack has no budget."""
        found = self._judged(attempt.pixels)
        if self.row.budget or found.worth[0] == 1 or not attempt.candidate:
            return found
        change = attempt.pixels - self.problem.clean
        for factor in ENLARGED:
            larger = self._judged((self.problem.clean + factor * change).clamp(0, 1))
            if larger.worth[0] == 1:
                return larger
        return found

    def _judged(self, pixels: torch.Tensor) -> Answer:
        chosen, row = self.problem.settings, self.row
        radius = chosen.radius(row.norm) if row.budget else None
        pairs = zip(self.prepared, pixels, strict=True)
        rgbs = [on_the_grid(each.rgb, moved, row.norm, radius) for each, moved in pairs]
        batch = as_pixels(rgbs, self.problem.clean.device)
        logits = answers(self.problem.model, batch)
        reached = float(self.problem.goal.reached(logits).float().mean())
        if row.budget:
            return Answer(rgbs, logits, (reached, float(self.problem.goal.loss(logits).mean())))
        return Answer(rgbs, logits, (reached, -float((batch - self.problem.clean).norm())))

    def results(self, found: Answer, curves: Curves, steps: int) -> tuple[AttackResult, ...]:
        """One result for each photo."""
        return tuple(self._result(i, found, curves, steps) for i in range(len(self.photos)))

    def _result(self, i: int, found: Answer, curves: Curves, steps: int) -> AttackResult:
        photo, prepared, rgb = self.photos[i], self.prepared[i], found.rgbs[i]
        chosen = self.problem.settings
        change = change_between(prepared.rgb, rgb)
        name = attacked_name(photo.name, chosen.attack)
        made_of = self.photos if self.row.together else (photo,)
        return AttackResult(
            provenance_of("attack", self.problem.model, made_of, chosen),
            attack=chosen.attack,
            labels=tuple(self.problem.model.labels),
            clean=Photo(file_picture(prepared, prepared.rgb), photo.name),
            adversarial=Photo(file_picture(prepared, rgb), name),
            clean_seen=Photo(prepared.rgb, photo.name),
            adversarial_seen=Photo(rgb, name),
            before=probabilities(self.before[i]),
            after=probabilities(found.logits[i]),
            source=int(self.problem.goal.source[i]),
            target=chosen.target,
            success=bool(self.problem.goal.reached(found.logits)[i]),
            change=change,
            budget_kept=budget_kept(change, chosen),
            region_xyxy=prepared.placement.region_xyxy(),
            steps=steps,
            **curves.of(i),
        )


def probabilities(logits: torch.Tensor) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """(classes,) logits -> softmax in double precision."""
    shares: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = logits.detach().double().softmax(0).cpu().numpy()
    return shares


def case_of(model: FeatureModel, photos: Sequence[Photo], settings: AttackSettings) -> Case:
    """The photos as the model sees them, and the goal.

    Errors: UnknownClass, AlreadyTarget, ModelCannot without a head, InvalidOutput for NaN.
    """
    prepared = tuple(model.prepare(photo) for photo in photos)
    clean = model.pixels(prepared)
    before = answers(model, clean)
    source, target = before.argmax(1), settings.target
    if target is not None and not 0 <= target < before.shape[1]:
        raise UnknownClass(wanted=target, model=model.card.key)
    if target is not None and bool((source == target).any()):
        raise AlreadyTarget(model=model.card.key, target=str(model.labels[target]))
    goal = Goal(source, None if target is None else torch.full_like(source, target))
    return Case(Problem(model, clean, goal, settings), tuple(photos), prepared, before)
