"""Which sections does the Detection page have? One at a time is shown, so that only one asks its models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vizcore.i18n import N_, _
from vizcore.photo import Photo
from vizcore.ui.panels.detection import agreement, explained, latency, queries, side_by_side, suppression
from vizcore.zoo.cards import ModelCard

Show = Callable[[Sequence[Photo], Sequence[ModelCard]], None]


@dataclass(frozen=True)
class Section:
    """One choice of the row on top of the page. title: to be translated when shown."""

    title: str
    show: Show


SECTIONS = {
    "side": Section(N_("Side by side"), side_by_side.show),
    "agreement": Section(N_("Agreement"), agreement.show),
    "yolo": Section(N_("Inside YOLO"), suppression.show),
    "detr": Section(N_("Inside DETR"), queries.show),
    "explain": Section(N_("Explain one detection"), explained.show),
    "time": Section(N_("Time"), latency.show),
}


def titles() -> dict[str, str]:
    """Key -> title in the visitor's language."""
    return {key: _(section.title) for key, section in SECTIONS.items()}
