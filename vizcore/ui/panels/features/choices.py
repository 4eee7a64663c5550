"""What do several sections let the visitor choose? The photo, a stage of a model, the strength of maps."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from vizcore.i18n import _
from vizcore.photo import Photo
from vizcore.ui import choices, url_state
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.photo_names import photo_name
from vizcore.zoo.cards import ModelCard

PLACES = ("first", "second")


def choose_strength() -> float:
    """Opacity of the strongest place of a map. Moving it draws again and asks no model."""
    return st.slider(_("Strength of the maps"), 0.0, 1.0, 0.75, 0.05, **url_state.bound("features.strength"))


def choose_photo(photos: Sequence[Photo]) -> Photo:
    """The one photo that a section looks into; a choice only where there are two."""
    if len(photos) == 1:
        return photos[0]
    names = {place: escaped(photo_name(photo)) for place, photo in zip(PLACES, photos, strict=False)}
    chosen = choices.choose_one(_("Photo to look into"), names, key="features.photo", default=PLACES[0])
    return photos[PLACES.index(chosen)]


def stages_of(card: ModelCard) -> list[str]:
    """The stages that the card names, shallow to deep."""
    return list(card.facts.get("stages", {}))


def stage_now(card: ModelCard, key: str) -> str:
    """The stage that `choose_stage` stands at, before or after it is drawn."""
    stages = stages_of(card)
    if len(stages) < 2:
        return stages[0] if stages else ""
    name = f"features.{key}.{card.key}"
    stated = st.session_state.get(name, st.query_params.get(name))  # its slider's, or the address's before there is one
    return str(stated if stated in stages else card.facts["cam_stage"])


def choose_stage(card: ModelCard, key: str) -> str:
    """A slider through the depth of one model, first at the stage of its class maps; "" for a card without any."""
    stages = stages_of(card)
    if len(stages) < 2:
        return stages[0] if stages else ""
    usual = card.facts["cam_stage"]
    return str(
        st.select_slider(
            _("Stage, from shallow to deep"), stages, value=usual, **url_state.bound(f"features.{key}.{card.key}")
        )
    )
