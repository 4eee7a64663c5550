"""One question of the page at a time."""

from __future__ import annotations

from vizcore.i18n import N_, _
from vizcore.ui import lessons, toolbar
from vizcore.ui.panels.tracking.page_state import KEY

SECTIONS = {
    "toy": N_("When an identity breaks"),
    "clip": N_("Track a clip"),
    "masks": N_("Segment, then follow"),
    "files": N_("My files"),
}


def show() -> None:
    """Title and bar, the chosen section, and what there is to read about it."""
    bar = toolbar.open_page(KEY, _("Tracking"))
    section = bar.sections({key: _(title) for key, title in SECTIONS.items()}, key=f"{KEY}.section", default="toy")
    if section == "toy":
        from vizcore.ui.panels.tracking import toy

        toy.show(bar)
    elif section == "files":
        from vizcore.ui.panels.tracking import files

        files.show()
    elif section == "clip":
        from vizcore.ui.panels.tracking import clip

        clip.show(bar)
    else:
        from vizcore.ui.panels.tracking import masks

        masks.show(bar)
    lessons.show(KEY, section)
