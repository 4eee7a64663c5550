"""What is shown once a run is over: verdict, film, working and record."""

from __future__ import annotations

from vizcore.ui.panels.ideal_cat import film, record, verdict, working_out
from vizcore.ui.panels.ideal_cat.crew import Crew


def show(shown: Crew | None) -> None:
    """Nothing before the first Start and as long as a crew is under way."""
    if shown is None or shown.under_way:
        return
    if found := shown.results():
        verdict.show(shown, found)
        film.show(shown, found)
        working_out.show(shown, found)
        record.show(found)
