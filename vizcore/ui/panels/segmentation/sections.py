"""Which sections does the Segmentation page have? One at a time is shown; all of them work on the same prompts."""

from __future__ import annotations

from vizcore.i18n import N_
from vizcore.ui.panels.segmentation import boxes, cleanup, click, everything, export, reference
from vizcore.ui.sections import Section

SECTIONS = {
    "click": Section(N_("Click"), click.show),
    "everything": Section(N_("Everything"), everything.show),
    "boxes": Section(N_("Detect, then segment"), boxes.show),
    "cleanup": Section(N_("Clean-up"), cleanup.show),
    "reference": Section(N_("Reference"), reference.show),
    "export": Section(N_("Export and re-import"), export.show),
}
