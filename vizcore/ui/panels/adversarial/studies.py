"""What can be asked about an attack beyond one picture? One section at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.photo import Photo
from vizcore.ui import url_state
from vizcore.ui.panels.adversarial.target_choice import Wanted
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.generation.attacks.settings import AttackSettings
    from vizcore.ui.panels.adversarial.trial import Trial

SECTIONS = {
    "sweep": N_("How much budget?"),
    "transfer": N_("Other models"),
    "survival": N_("Does it survive?"),
    "defence": N_("A simple defence"),
    "patch": N_("A printed patch"),
}
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


def show(study: Study, trial: Trial | None) -> None:
    """The chosen section."""
    from vizcore.ui.panels.adversarial import defence, patch, survival, sweep, transfer

    st.header(_("Questions to ask next"), anchor=False)
    texts = {key: _(title) for key, title in SECTIONS.items()}
    chosen = url_state.choose_one(_("Question"), texts, key="adversarial.question", default="sweep")
    if chosen == "sweep":
        sweep.show(study)
    elif chosen == "transfer":
        transfer.show(study)
    elif chosen == "survival":
        survival.show(trial)
    elif chosen == "defence":
        defence.show(study)
    else:
        patch.show(study)
