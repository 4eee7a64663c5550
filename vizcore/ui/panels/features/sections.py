"""Which sections does the Features page have? One at a time is shown, so that only one asks its models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vizcore.i18n import N_, _
from vizcore.photo import Photo
from vizcore.ui.panels.features import attention, cost, evidence, feature_maps, overview, preprocessing_view, words
from vizcore.zoo.cards import ModelCard

Show = Callable[[Sequence[Photo], Sequence[ModelCard]], None]


@dataclass(frozen=True)
class Section:
    """One choice of the row on top of the page. title: to be translated when shown. needs_photo: and models.

    scores: whether models that give scores alone (ONNX) will do.
    """

    title: str
    show: Show
    needs_photo: bool = True
    scores: bool = False


SECTIONS = {
    "glance": Section(N_("At a glance"), overview.show, scores=True),
    "seen": Section(N_("What the model sees"), preprocessing_view.show),
    "maps": Section(N_("Feature maps"), feature_maps.show),
    "evidence": Section(N_("Class evidence"), evidence.show, scores=True),
    "attention": Section(N_("Attention"), attention.show),
    "words": Section(N_("Zero-shot"), words.show),
    "cost": Section(N_("Cost"), lambda photos, cards: cost.show(), needs_photo=False),
}


def titles() -> dict[str, str]:
    """Key -> title in the visitor's language."""
    return {key: _(section.title) for key, section in SECTIONS.items()}
