"""One question of the page at a time: two boxes need nothing, the others measure a set of pictures."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.ui import url_state
from vizcore.ui.panels.detection_metrics.page_state import KEY

SECTIONS = {
    "boxes": N_("Two boxes"),
    "curves": N_("Precision-recall and AP"),
    "threshold": N_("Operating point"),
    "errors": N_("Errors and calibration"),
    "slices": N_("Slices"),
    "compare": N_("Two detectors"),
}


def show() -> None:
    """The chosen section under its heading; the set of pictures is chosen first where one is needed."""
    from vizcore.ui.panels.detection_metrics import compared, curves, errors, sliced, threshold, two_boxes
    from vizcore.ui.panels.detection_metrics.sources import choose_set

    texts = {key: _(title) for key, title in SECTIONS.items()}
    chosen = url_state.choose_one(_("Question"), texts, key=f"{KEY}.section", default="boxes")
    if chosen == "boxes":
        st.header(texts[chosen], anchor=False)
        two_boxes.show()
        return
    state = choose_set()
    if state is None:
        return
    st.header(texts[chosen], anchor=False)
    {
        "curves": curves.show,
        "threshold": threshold.show,
        "errors": errors.show,
        "slices": sliced.show,
        "compare": compared.show,
    }[chosen](state)
