"""One section of the page at a time."""

from __future__ import annotations

from vizcore.i18n import N_
from vizcore.ui.panels.segmentation_metrics import counting, losses, pair, size
from vizcore.ui.sections import Section

SECTIONS = {
    "counts": Section(N_("Counting pixels"), counting.show),
    "pair": Section(N_("Two masks"), pair.show),
    "size": Section(N_("Size matters"), size.show),
    "losses": Section(N_("What training uses"), losses.show),
}
