"""One section of the page at a time."""

from __future__ import annotations

from vizcore.i18n import N_
from vizcore.ui.panels.segmentation_kinds import on_photo, scored, three_answers
from vizcore.ui.sections import Section

SECTIONS = {
    "scene": Section(N_("One scene, three answers"), lambda bar: three_answers.show()),
    "scored": Section(N_("Scored: mIoU and PQ"), lambda bar: scored.show()),
    "photo": Section(N_("Your photo"), on_photo.show),
}
