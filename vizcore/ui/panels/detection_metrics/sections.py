"""One question of the page at a time: two boxes need nothing, the others measure a set of pictures."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.ui.toolbar import Toolbar

SECTIONS = {
    "boxes": N_("Two boxes"),
    "curves": N_("Precision-recall and AP"),
    "threshold": N_("Operating point"),
    "errors": N_("Errors and calibration"),
    "slices": N_("Slices"),
    "compare": N_("Two detectors"),
}


def titles() -> dict[str, str]:
    """Key -> title in the visitor's language."""
    return {key: _(title) for key, title in SECTIONS.items()}


def show(section: str, bar: Toolbar) -> None:
    """The chosen section; the set of pictures is chosen in the bar where one is needed."""
    from vizcore.ui.panels.detection_metrics import compared, curves, errors, sliced, threshold, two_boxes
    from vizcore.ui.panels.detection_metrics.sources import choose_set

    if section == "boxes":
        two_boxes.show()
        return
    main, side = st.columns([4, 1], gap="medium")
    with main:
        held = choose_set(bar, side)
        if held is not None:
            shows = {
                "curves": curves.show,
                "threshold": threshold.show,
                "errors": errors.show,
                "slices": sliced.show,
                "compare": compared.show,
            }
            shows[section](held)
