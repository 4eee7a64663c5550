"""One section of the page at a time; the choice is in the address."""

from __future__ import annotations

from vizcore.errors import DigitsMissing
from vizcore.i18n import N_, _
from vizcore.learning.contest.digits import packaged_data
from vizcore.ui.error_panel import show_error
from vizcore.ui.panels.mnist import draw, live, mistakes, table
from vizcore.ui.toolbar import Toolbar

SECTIONS = {
    "table": (N_("The table"), table.show),
    "mistakes": (N_("Mistakes"), mistakes.show),
    "draw": (N_("Draw a digit"), draw.show),
    "run": (N_("Run it here"), live.show),
}
KEY = "mnist.section"


def show(bar: Toolbar) -> str:
    """The row of sections and the chosen one, whose key is returned."""
    titles = {key: _(title) for key, (title, _show) in SECTIONS.items()}
    chosen = bar.sections(titles, key=KEY, default="table")
    try:
        packaged_data()
    except DigitsMissing as error:
        show_error(error)
        return chosen
    SECTIONS[chosen][1](bar)
    return chosen
