"""One section of the page at a time."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.ui import url_state

SECTIONS = {
    "scene": N_("One scene, three answers"),
    "scored": N_("Scored: mIoU and PQ"),
    "photo": N_("Your photo"),
}


def show() -> None:
    """The chosen section under its heading."""
    from vizcore.ui.panels.segmentation_kinds import on_photo, scored, three_answers

    texts = {key: _(title) for key, title in SECTIONS.items()}
    chosen = url_state.choose_one(_("Question"), texts, key="segmentation_kinds.section", default="scene")
    st.header(texts[chosen], anchor=False)
    {"scene": three_answers.show, "scored": scored.show, "photo": on_photo.show}[chosen]()
