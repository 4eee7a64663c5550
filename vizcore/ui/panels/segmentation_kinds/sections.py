"""One section of the page at a time."""

from __future__ import annotations

from vizcore.i18n import N_, _
from vizcore.ui.toolbar import Toolbar

SECTIONS = {
    "scene": N_("One scene, three answers"),
    "scored": N_("Scored: mIoU and PQ"),
    "photo": N_("Your photo"),
}


def titles() -> dict[str, str]:
    """Key -> title in the visitor's language."""
    return {key: _(title) for key, title in SECTIONS.items()}


def show(section: str, bar: Toolbar) -> None:
    """The chosen section."""
    from vizcore.ui.panels.segmentation_kinds import on_photo, scored, three_answers

    if section == "photo":
        on_photo.show(bar)
    else:
        {"scene": three_answers.show, "scored": scored.show}[section]()
