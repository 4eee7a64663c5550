"""One section of the page at a time, so that only what is looked at is computed."""

from __future__ import annotations

from vizcore.i18n import N_
from vizcore.ui.panels.robustness import corrupted, steady, subgroups
from vizcore.ui.sections import Section

SECTIONS = {
    "corruptions": Section(N_("15 corruptions"), corrupted.show),
    "slices": Section(N_("Slices"), subgroups.show),
    "stability": Section(N_("Shifts and turns"), steady.show),
}
SAMPLES_HERE = ("cat", "coffee", "astronaut", "bus", "motorcycle", "flower")
START = ("cat", "coffee")  # those whose classes the bundled models know
MOST = {"corruptions": 6, "slices": 6, "stability": 1}  # photos that a section looks at
