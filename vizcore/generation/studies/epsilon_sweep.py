"""How large must the budget be before an attack succeeds?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from vizcore.errors import PhotosMissing
from vizcore.generation.attacks.norms import NormName
from vizcore.generation.attacks.results import AttackSet
from vizcore.generation.attacks.run import attack
from vizcore.generation.attacks.settings import AttackSettings
from vizcore.generation.attacks.table import ATTACKS
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, Result, expect_shape
from vizcore.snapshots import Snapshot
from vizcore.zoo.protocols import FeatureModel


@dataclass(frozen=True)
class SweepSettings:
    """attack: with any budget. budgets: in the unit of the attack's norm (grey levels, or L2 with values in [0, 1])."""

    attack: AttackSettings = field(default_factory=AttackSettings)
    budgets: tuple[float, ...] = (0, 0.5, 1, 2, 4, 8, 16)


@dataclass(frozen=True, eq=False)
class EpsilonSweep(Result):
    """success_rate (n,) and mean confidences (n,) in the source and in the answer after the attack, by budget (n,).

    photos: how many were attacked. skipped: places (from 0) of photos in which the model already saw the target.
    """

    attack: str
    norm: str
    budgets: FloatArray
    success_rate: FloatArray
    source_confidence: FloatArray
    answer_confidence: FloatArray
    photos: int
    skipped: tuple[int, ...] = ()

    def validate(self) -> None:
        for name in ("success_rate", "source_confidence", "answer_confidence"):
            expect_shape(name, getattr(self, name), self.budgets.shape)


def epsilon_sweep(
    model: FeatureModel, photo: Photo | Sequence[Photo], settings: SweepSettings | None = None
) -> Iterator[Snapshot]:
    """Attacks every photo with every budget, smallest first. Errors: PhotosMissing when none is left to attack."""
    chosen = settings or SweepSettings()
    row = ATTACKS[chosen.attack.attack]
    if not row.budget or row.together:
        raise ValueError(f"expected an attack on single photos with a budget, got {chosen.attack.attack}")
    photos = (photo,) if isinstance(photo, Photo) else tuple(photo)
    done: list[AttackSet] = []
    length = (row.length(chosen.attack) + 1) * len(photos)
    total = length * len(chosen.budgets)
    for budget in chosen.budgets:
        for snapshot in attack(model, photos, _with_budget(chosen.attack, row.norm, budget)):
            yield Snapshot(length * len(done) + snapshot.step, total, preview=snapshot.preview)
            found = snapshot.result
        if not isinstance(found, AttackSet) or not found.results:
            raise PhotosMissing(needed=1, given=0)
        done.append(found)
        result = _so_far(model, photos, chosen, done)
        values = {"budget": float(budget), "success_rate": found.success_rate}
        yield Snapshot(length * len(done), total, values, result=result)


def _with_budget(chosen: AttackSettings, norm: NormName, budget: float) -> AttackSettings:
    return replace(chosen, epsilon_255=budget) if norm == "linf" else replace(chosen, epsilon_l2=budget)


def _so_far(
    model: FeatureModel, photos: tuple[Photo, ...], chosen: SweepSettings, done: list[AttackSet]
) -> EpsilonSweep:
    sources = [np.mean([each.after[each.source] for each in found.results]) for found in done]
    answers = [np.mean([each.after.max() for each in found.results]) for found in done]
    return EpsilonSweep(
        provenance_of("epsilon_sweep", model, photos, chosen),
        attack=chosen.attack.attack,
        norm=ATTACKS[chosen.attack.attack].norm,
        budgets=np.array(chosen.budgets[: len(done)], dtype=np.float64),
        success_rate=np.array([found.success_rate for found in done]),
        source_confidence=np.array(sources),
        answer_confidence=np.array(answers),
        photos=len(done[0].results),
        skipped=done[0].skipped,
    )
