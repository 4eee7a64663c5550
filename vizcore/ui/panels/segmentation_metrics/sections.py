"""One section of the page at a time."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.ui import url_state

SECTIONS = {
    "counts": N_("Counting pixels"),
    "pair": N_("Two masks"),
    "size": N_("Size matters"),
    "losses": N_("What training uses"),
}


def show() -> None:
    """The chosen section under its heading."""
    from vizcore.ui.panels.segmentation_metrics import counting, losses, pair, size

    texts = {key: _(title) for key, title in SECTIONS.items()}
    chosen = url_state.choose_one(_("Question"), texts, key="segmentation_metrics.section", default="counts")
    st.header(texts[chosen], anchor=False)
    {"counts": counting.show, "pair": pair.show, "size": size.show, "losses": losses.show}[chosen]()
