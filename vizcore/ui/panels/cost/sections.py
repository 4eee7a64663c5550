"""Which sections does the page Cost have? One at a time is shown, so that only one asks its model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.photo import Photo
from vizcore.ui import url_state
from vizcore.ui.panels.cost import export, load, pyramid, runtimes, variations
from vizcore.ui.panels.product.inputs import choose_card, choose_photo, here
from vizcore.zoo.cards import ModelCard, Task

TASKS: tuple[Task, ...] = ("classify", "embed", "detect")
FIRST_SAMPLES = ("cat", "bus", "coffee", "astronaut", "motorcycle", "flower", "rocket", "zidane")


@dataclass(frozen=True)
class Section:
    """title: to be translated when shown. tasks: whose models it can measure. default: the model it opens on."""

    title: str
    show: Callable[[Photo, ModelCard], None]
    tasks: tuple[Task, ...] = TASKS
    default: str = "cnn-mini"


SECTIONS = {
    "runtimes": Section(N_("Runtimes"), runtimes.show),
    "variations": Section(N_("Settings of torch"), variations.show),
    "load": Section(N_("Under load"), load.show),
    "export": Section(N_("Export"), export.show),
    "pyramid": Section(N_("Feature pyramid"), pyramid.show, ("detect",), "yolo-mini"),
}


def show() -> None:
    """The bar of choices, then the chosen section."""
    texts = {key: _(section.title) for key, section in SECTIONS.items()}
    chosen = url_state.choose_one(_("Section"), texts, key="cost.section", default="runtimes")
    section = SECTIONS[chosen]
    place = "cost" if section.tasks == TASKS else f"cost.{chosen}"
    with st.container(horizontal=True, vertical_alignment="bottom", key="bar-cost"):
        photo = choose_photo(place, samples=FIRST_SAMPLES)
        card = choose_card(place, section.tasks, default=section.default)
    if photo is None:
        st.info(_("Put a picture into the tray to begin."))
    elif here(card, "cost"):
        section.show(photo, card)
