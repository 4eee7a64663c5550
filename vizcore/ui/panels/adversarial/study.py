"""What the questions about an attack have in common: photo, model, target, and the attack in a short form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vizcore.photo import Photo
from vizcore.ui.panels.adversarial.target_choice import Wanted
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.generation.attacks.settings import AttackSettings

STUDY_STEPS = 10


@dataclass(frozen=True)
class Study:
    """What the sections work with: the chosen photo, model and target, and the attack with that target."""

    photo: Photo
    card: ModelCard
    wanted: Wanted
    settings: AttackSettings

    def single(self) -> AttackSettings:
        """The attack for many photos, short and one by one: the chosen one where it has a budget, else PGD."""
        from vizcore.generation.attacks.settings import AttackSettings
        from vizcore.generation.attacks.table import ATTACKS

        row = ATTACKS[self.settings.attack]
        if not row.budget or row.together:
            return AttackSettings("pgd", self.settings.target, steps=STUDY_STEPS)
        return replace(self.settings, steps=min(self.settings.steps, STUDY_STEPS), restarts=1)
