"""Which photo does this page work on? The visitor's, or a sample from the first moment on."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import _
from vizcore.photo import Photo
from vizcore.samples import SAMPLES, load_sample
from vizcore.scenes import SceneSettings, draw_scene
from vizcore.ui import tray
from vizcore.ui.literal import literal

FIRST = "cat"


def choose_photo() -> Photo | None:
    """One of the tray's photos; with an empty tray the cat, or a drawn scene where that sample is absent."""
    if tray.photos():
        chosen = tray.choose("segmentation", 1, _("Photo"))
        return chosen[0] if chosen else None
    with st.expander(_("Another photo: a sample, or your own"), icon=":material/add_photo_alternate:"):
        tray.show_start("segmentation", _("Photo"))
    return load_sample(FIRST) if FIRST in SAMPLES else draw_scene(SceneSettings()).photo


def invitation(photo: Photo) -> str:
    """What to do first, in one sentence."""
    if FIRST in SAMPLES and photo.sha256 == load_sample(FIRST).sha256:
        return _("**Click on the cat.**")
    return _("**Click on something in {name}.**").format(name=literal(photo.name))
