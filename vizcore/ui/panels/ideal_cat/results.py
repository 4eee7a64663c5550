"""What is shown once a run is over: verdict, film, working and record."""

from __future__ import annotations

from vizcore.ui.panels.ideal_cat import animation, derivation, record, verdict
from vizcore.ui.panels.ideal_cat.run_group import RunGroup


def show(shown: RunGroup | None) -> None:
    """Nothing before the first Start and as long as a crew is under way."""
    if shown is None or shown.under_way:
        return
    if found := shown.results():
        verdict.show(shown, found)
        animation.show(shown, found)
        derivation.show(shown, found)
        record.show(found)
