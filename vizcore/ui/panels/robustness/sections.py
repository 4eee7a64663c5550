"""One section of the page at a time, so that only what is looked at is computed."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.photo import Photo
from vizcore.ui import url_state
from vizcore.zoo.cards import ModelCard

SECTIONS = {
    "corruptions": N_("15 corruptions"),
    "slices": N_("Slices"),
    "stability": N_("Shifts and turns"),
}


def show(photos: tuple[Photo, ...], cards: Sequence[ModelCard]) -> None:
    """The chosen section under its heading."""
    from vizcore.ui.panels.robustness import corrupted, steady, subgroups

    texts = {key: _(title) for key, title in SECTIONS.items()}
    chosen = url_state.choose_one(_("Question"), texts, key="robustness.section", default="corruptions")
    st.header(texts[chosen], anchor=False)
    if chosen == "corruptions":
        corrupted.show(photos, cards)
    elif chosen == "slices":
        subgroups.show(photos, cards)
    else:
        steady.show(photos, cards)
