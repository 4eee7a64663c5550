"""One question of the page at a time, all about the same scores."""

from __future__ import annotations

from vizcore.i18n import N_
from vizcore.ui.panels.classification_metrics import averages, calibration, conventions, threshold
from vizcore.ui.panels.classification_metrics.sources import choose_scores
from vizcore.ui.sections import Section
from vizcore.ui.toolbar import Toolbar

SECTIONS = {
    "threshold": Section(N_("One threshold"), threshold.show),
    "averages": Section(N_("Classes"), averages.show),
    "calibration": Section(N_("Calibration"), calibration.show),
    "conventions": Section(N_("Conventions"), conventions.show),
}


def show(section: str, bar: Toolbar) -> None:
    """The chosen section of the scores that are chosen in the bar."""
    state = choose_scores(bar)
    if state is not None:
        SECTIONS[section].show(state)
