"""Which sections does the Segmentation page have? One at a time is shown; all of them work on the same prompts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vizcore.i18n import N_, _
from vizcore.photo import Photo
from vizcore.ui.panels.segmentation import boxes, cleanup, click, everything, export, reference
from vizcore.zoo.cards import ModelCard


@dataclass(frozen=True)
class Section:
    """One choice of the row on top of the page. title: to be translated when shown."""

    title: str
    show: Callable[[Photo, Sequence[ModelCard]], None]


SECTIONS = {
    "click": Section(N_("Click"), click.show),
    "everything": Section(N_("Everything"), everything.show),
    "boxes": Section(N_("Detect, then segment"), boxes.show),
    "cleanup": Section(N_("Clean-up"), cleanup.show),
    "reference": Section(N_("Reference"), reference.show),
    "export": Section(N_("Export and re-import"), export.show),
}


def titles() -> dict[str, str]:
    """Key -> title in the visitor's language."""
    return {key: _(section.title) for key, section in SECTIONS.items()}
