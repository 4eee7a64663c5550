"""One section of the page at a time; the choice is in the address."""

from __future__ import annotations

from vizcore.errors import DigitsMissing
from vizcore.i18n import N_
from vizcore.learning.contest.digits import packaged_data
from vizcore.ui.error_panel import show_error
from vizcore.ui.job_panel import watch
from vizcore.ui.panels.mnist import draw, live, mistakes, table
from vizcore.ui.sections import Section
from vizcore.ui.toolbar import Toolbar

SECTIONS = {
    "table": Section(N_("The table"), table.show),
    "mistakes": Section(N_("Mistakes"), mistakes.show),
    "draw": Section(N_("Draw a digit"), draw.show),
    "run": Section(N_("Run it here"), live.show),
}
KEY = "mnist.section"


def show(bar: Toolbar) -> str:
    """The row of sections and the chosen one, whose key is returned."""
    chosen = bar.sections(SECTIONS, key=KEY, default="table")
    try:
        packaged_data()
    except DigitsMissing as error:
        show_error(error)
        return chosen
    live.collect()
    SECTIONS[chosen].show(bar)
    if chosen != "run":
        watch(live.KEY)
    return chosen
