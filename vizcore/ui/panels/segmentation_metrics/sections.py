"""One section of the page at a time."""

from __future__ import annotations

from vizcore.i18n import N_, _
from vizcore.ui.toolbar import Toolbar

SECTIONS = {
    "counts": N_("Counting pixels"),
    "pair": N_("Two masks"),
    "size": N_("Size matters"),
    "losses": N_("What training uses"),
}


def titles() -> dict[str, str]:
    """Key -> title in the visitor's language."""
    return {key: _(title) for key, title in SECTIONS.items()}


def show(section: str, bar: Toolbar) -> None:
    """The chosen section."""
    from vizcore.ui.panels.segmentation_metrics import counting, losses, pair, size

    {"counts": counting.show, "pair": pair.show, "size": size.show, "losses": losses.show}[section]()
