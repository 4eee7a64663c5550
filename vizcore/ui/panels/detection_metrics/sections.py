"""One question of the page at a time: two boxes need nothing, the others measure a set of pictures."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import N_
from vizcore.ui.panels.detection_metrics import compared, curves, errors, sliced, threshold, two_boxes
from vizcore.ui.panels.detection_metrics.sources import choose_set
from vizcore.ui.sections import Section
from vizcore.ui.toolbar import Toolbar

SECTIONS = {
    "boxes": Section(N_("Two boxes"), two_boxes.show),
    "curves": Section(N_("Precision-recall and AP"), curves.show),
    "threshold": Section(N_("Operating point"), threshold.show),
    "errors": Section(N_("Errors and calibration"), errors.show),
    "slices": Section(N_("Slices"), sliced.show),
    "compare": Section(N_("Two detectors"), compared.show),
}


def show(section: str, bar: Toolbar) -> None:
    """The chosen section; the set of pictures is chosen in the bar where one is needed."""
    if section == "boxes":
        SECTIONS[section].show()
        return
    main, side = st.columns([4, 1], gap="medium")
    with main:
        held = choose_set(bar, side)
        if held is not None:
            SECTIONS[section].show(held)
