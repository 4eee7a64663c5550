"""Which sections does the page Input lint have? One at a time is shown, so that only one asks its model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.photo import Photo
from vizcore.ui import url_state
from vizcore.ui.panels.input_lint import detective, faults, folder, tiles
from vizcore.ui.panels.product.inputs import choose_card, choose_photo, here
from vizcore.zoo.cards import ModelCard, Task

TASKS: tuple[Task, ...] = ("classify", "detect", "promptable")
FIRST_SAMPLES = ("cat", "coffee", "astronaut", "bus", "motorcycle", "flower", "rocket", "zidane")


@dataclass(frozen=True)
class Section:
    """title: to be translated when shown. tasks: whose models it can ask. default: the model and sample it opens on."""

    title: str
    show: Callable[[Photo, ModelCard], None]
    tasks: tuple[Task, ...] = TASKS
    default: str = "vit-mini"
    sample: str = "cat"


SECTIONS = {
    "faults": Section(N_("All faults"), faults.show),
    "folder": Section(N_("Many photos"), folder.show),
    "detective": Section(N_("Detective"), detective.show, ("classify", "detect")),
    "tiles": Section(N_("Tiles"), tiles.show, ("detect",), "detr-mini", "bus"),
}


def show() -> None:
    """The bar of choices, then the chosen section."""
    texts = {key: _(section.title) for key, section in SECTIONS.items()}
    chosen = url_state.choose_one(_("Section"), texts, key="input_lint.section", default="faults")
    section = SECTIONS[chosen]
    place = "input_lint" if section.tasks == TASKS else f"input_lint.{chosen}"
    with st.container(horizontal=True, vertical_alignment="bottom", key="bar-input-lint"):
        photo = choose_photo(place, samples=FIRST_SAMPLES, default=section.sample if chosen == "tiles" else "")
        card = choose_card(place, section.tasks, default=section.default)
    if photo is None:
        st.info(_("Put a picture into the tray to begin."))
    elif here(card, "input_lint"):
        section.show(photo, card)
