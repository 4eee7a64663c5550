"""Which drawn scene do both sections of the page look at?"""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.scenes import Scene, SceneSettings, draw_scene
from vizcore.ui import url_state

KEY = "segmentation_kinds"
SIZE_WH = (480, 360)
CLASSES = ("cat", "dog", "person")
MOST_OBJECTS = 12
CLASS_TEXTS = {
    "ground": N_("ground"),
    "cat": N_("cat"),
    "dog": N_("dog"),
    "person": N_("person"),
}


def choose_scene() -> Scene:
    """Seed, number of objects and overlap, all in the address; the same choice gives the same scene."""
    left, middle, right = st.columns(3)
    seed = left.slider(_("Scene"), 0, 30, value=8, **url_state.bound(f"{KEY}.seed"))
    objects = middle.slider(_("Objects"), 0, MOST_OBJECTS, value=7, **url_state.bound(f"{KEY}.objects"))
    overlap = right.slider(_("Overlap"), 0.0, 0.8, value=0.35, step=0.05, **url_state.bound(f"{KEY}.overlap"))
    width, height = SIZE_WH
    return draw_scene(
        SceneSettings(
            seed=seed, objects=objects, size=0.42, overlap=overlap, width=width, height=height, classes=CLASSES
        )
    )


def class_text(label: str) -> str:
    """The class in the visitor's language."""
    return _(CLASS_TEXTS[label])
