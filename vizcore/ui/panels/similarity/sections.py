"""Which sections does the Similarity page have? One at a time is shown, so that only one asks its models."""

from __future__ import annotations

from vizcore.i18n import N_
from vizcore.ui.panels.similarity import many, mapped, pretraining, quality, search_speed, two
from vizcore.ui.sections import Section
from vizcore.ui.toolbar import Toolbar

SCORES = ("two", "many", "map", "quality")  # where models that give scores and one vector (ONNX) will do
SECTIONS = {
    "two": Section(N_("Two photos"), two.show),
    "many": Section(N_("Many photos"), many.show),
    "map": Section(N_("Map"), mapped.show),
    "quality": Section(N_("Quality"), quality.show),
    "pretraining": Section(N_("Pre-training"), pretraining.show),
    "speed": Section(N_("Speed of search"), search_speed.show),
}


def show(chosen: str, bar: Toolbar) -> None:
    """Photos and models in the bar, as the section needs them, then the section."""
    section = SECTIONS[chosen]
    if chosen == "pretraining":
        section.show(bar)
        return
    photos = bar.photos(most=2, least=2, samples=two.SAMPLES, start=two.START) if chosen == "two" else []
    cards = bar.models(["classify", "embed"], default=["cnn-mini", "vit-mini"], scores=chosen in SCORES)
    if cards and chosen == "two":
        section.show(photos, cards)
    elif cards:
        section.show(cards, bar)
