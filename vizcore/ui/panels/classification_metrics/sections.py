"""One question of the page at a time, all about the same scores."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.ui import url_state
from vizcore.ui.panels.classification_metrics.page_state import KEY

SECTIONS = {
    "threshold": N_("One threshold"),
    "averages": N_("Classes"),
    "calibration": N_("Calibration"),
    "conventions": N_("Conventions"),
}


def show() -> None:
    """The question and the scores in one row, then the chosen section."""
    from vizcore.ui.panels.classification_metrics import averages, calibration, conventions, threshold
    from vizcore.ui.panels.classification_metrics.sources import choose_scores

    texts = {key: _(title) for key, title in SECTIONS.items()}
    left, right = st.columns(2)
    with left:
        chosen = url_state.choose_one(_("Question"), texts, key=f"{KEY}.section", default="threshold")
    state = choose_scores(right)
    if state is None:
        return
    {
        "threshold": threshold.show,
        "averages": averages.show,
        "calibration": calibration.show,
        "conventions": conventions.show,
    }[chosen](state)
