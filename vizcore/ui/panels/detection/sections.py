"""Which sections does the Detection page have? One at a time is shown, so that only one asks its models."""

from __future__ import annotations

from vizcore.i18n import N_
from vizcore.ui.panels.detection import agreement, explained, latency, queries, side_by_side, suppression
from vizcore.ui.sections import Section

SECTIONS = {
    "side": Section(N_("Side by side"), side_by_side.show),
    "agreement": Section(N_("Agreement"), agreement.show),
    "yolo": Section(N_("Inside YOLO"), suppression.show),
    "detr": Section(N_("Inside DETR"), queries.show),
    "explain": Section(N_("Explain one detection"), explained.show),
    "time": Section(N_("Time"), latency.show),
}
