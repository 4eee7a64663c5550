"""One section of the page at a time, so that only what is looked at is computed."""

from __future__ import annotations

from collections.abc import Sequence

from vizcore.i18n import N_, _
from vizcore.photo import Photo
from vizcore.zoo.cards import ModelCard

SECTIONS = {
    "corruptions": N_("15 corruptions"),
    "slices": N_("Slices"),
    "stability": N_("Shifts and turns"),
}
SAMPLES_HERE = ("cat", "coffee", "astronaut", "bus", "motorcycle", "flower")
START = ("cat", "coffee")  # those whose classes the bundled models know
MOST = 6


def titles() -> dict[str, str]:
    """Key -> title in the visitor's language."""
    return {key: _(title) for key, title in SECTIONS.items()}


def show(section: str, photos: tuple[Photo, ...], cards: Sequence[ModelCard]) -> None:
    """The chosen section."""
    from vizcore.ui.panels.robustness import corrupted, steady, subgroups

    {"corruptions": corrupted.show, "slices": subgroups.show, "stability": steady.show}[section](photos, cards)
