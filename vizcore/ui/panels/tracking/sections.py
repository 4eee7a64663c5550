"""One question of the page at a time."""

from __future__ import annotations

from vizcore.i18n import N_, _
from vizcore.ui import lessons, toolbar
from vizcore.ui.panels.tracking import clip, files, masks, toy
from vizcore.ui.panels.tracking.page_state import KEY
from vizcore.ui.sections import Section

SECTIONS = {
    "toy": Section(N_("When an identity breaks"), toy.show),
    "clip": Section(N_("Track a clip"), clip.show),
    "masks": Section(N_("Segment, then follow"), masks.show),
    "files": Section(N_("My files"), lambda bar: files.show()),
}


def show() -> None:
    """Title and bar, the chosen section, and what there is to read about it."""
    bar = toolbar.open_page(KEY, _("Tracking"))
    section = bar.sections(SECTIONS, key=f"{KEY}.section", default="toy")
    SECTIONS[section].show(bar)
    lessons.show(KEY, section)
