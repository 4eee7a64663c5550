"""What can be asked about an attack beyond one picture? One section at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.ui import choices
from vizcore.ui.panels.adversarial.study import Study

if TYPE_CHECKING:
    from vizcore.ui.panels.adversarial.trial import Trial

SECTIONS = {
    "sweep": N_("How much budget?"),
    "transfer": N_("Other models"),
    "survival": N_("Does it survive?"),
    "defence": N_("A simple defence"),
    "patch": N_("A printed patch"),
}


def show(study: Study, trial: Trial | None) -> None:
    """The chosen section."""
    from vizcore.ui.panels.adversarial import defence, patch, survival, sweep, transfer

    st.header(_("Questions to ask next"), anchor=False)
    texts = {key: _(title) for key, title in SECTIONS.items()}
    chosen = choices.choose_one(_("Question"), texts, key="adversarial.question", default="sweep")
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
