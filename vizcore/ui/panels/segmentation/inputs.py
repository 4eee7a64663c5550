"""Which photo and which segmenters does this page work with? Folded away, so that the photo itself comes first."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import _
from vizcore.photo import Photo
from vizcore.samples import SAMPLES, load_sample
from vizcore.scenes import SceneSettings, draw_scene
from vizcore.ui import pickers, tray, url_state
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.catalogue import cards_for
from vizcore.zoo.weights import availability

FIRST = "cat"
MODELS = "segmentation.models"
SIDE_BY_SIDE = ["sam-mini", "grabcut"]


def choose_photo() -> Photo | None:
    """One of the tray's photos; with an empty tray the cat, or a drawn scene where that sample is absent."""
    if tray.photos():
        chosen = tray.choose("segmentation", 1, _("Photo"))
        return chosen[0] if chosen else None
    with st.expander(_("Another photo: a sample, or your own"), icon=":material/add_photo_alternate:"):
        tray.show_start("segmentation", _("Photo"))
    return load_sample(FIRST) if FIRST in SAMPLES else draw_scene(SceneSettings()).photo


def choose_segmenters() -> list[ModelCard]:
    """One or two, named on the fold that holds their list; it is open where one of them is not on this machine."""
    known = {card.key: card for card in cards_for("promptable")}
    default = [each for each in SIDE_BY_SIDE if each in known]
    picked = [known[key] for key in url_state.remembered(MODELS, allowed=known, default=default)][:2]
    names = ", ".join(visible(card.title) for card in picked) or "–"
    absent = any(availability(card) not in ("bundled", "here") for card in picked)
    with st.expander(
        _("Models: {names}").format(names=names),
        key="segmentation-models",
        icon=":material/compare:",
        expanded=absent or not picked,
    ):
        ready = pickers.choose_models(MODELS, "promptable", least=1, most=2, default=SIDE_BY_SIDE)
    missing = [visible(card.title) for card in picked if card.key not in {each.key for each in ready}]
    if missing:
        st.info(
            _("{names} cannot be used yet: the fold *Models* says why.").format(names=", ".join(missing)),
            icon=":material/info:",
        )
    return ready


def invitation(photo: Photo) -> str:
    """What to do first, in one sentence."""
    if FIRST in SAMPLES and photo.sha256 == load_sample(FIRST).sha256:
        return _("**Click on the cat,** or drag a box around it.")
    return _("**Click on something in {name},** or drag a box around it.").format(name=escaped(photo.name))
