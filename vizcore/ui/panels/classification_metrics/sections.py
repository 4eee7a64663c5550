"""One question of the page at a time, all about the same scores."""

from __future__ import annotations

from vizcore.i18n import N_, _
from vizcore.ui.toolbar import Toolbar

SECTIONS = {
    "threshold": N_("One threshold"),
    "averages": N_("Classes"),
    "calibration": N_("Calibration"),
    "conventions": N_("Conventions"),
}


def titles() -> dict[str, str]:
    """Key -> title in the visitor's language."""
    return {key: _(title) for key, title in SECTIONS.items()}


def show(section: str, bar: Toolbar) -> None:
    """The chosen section of the scores that are chosen in the bar."""
    from vizcore.ui.panels.classification_metrics import averages, calibration, conventions, threshold
    from vizcore.ui.panels.classification_metrics.sources import choose_scores

    state = choose_scores(bar)
    if state is None:
        return
    {
        "threshold": threshold.show,
        "averages": averages.show,
        "calibration": calibration.show,
        "conventions": conventions.show,
    }[section](state)
