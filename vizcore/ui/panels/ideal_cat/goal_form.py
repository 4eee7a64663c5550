"""What does the visitor want to see: which dream, in which experiment, from which start, how thoroughly?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.photo import Photo
from vizcore.ui import url_state
from vizcore.ui.toolbar import GENERAL_SAMPLES
from vizcore.ui.tray import strip

Start = Literal["noise", "grey", "photo"]
Effort = Literal["quick", "standard", "fine"]

DREAMS = {
    "cat": N_("A cat"),
    "dog": N_("A dog"),
    "class": N_("Another class"),
    "between": N_("Between two classes"),
    "inside": N_("Inside the network"),
}
EXPERIMENTS = {
    "pair": N_("CNN and ViT"),
    "ablation": N_("Four recipes"),
    "several": N_("Several at once"),
    "gallery": N_("All models"),
}
MEANINGS = {
    "pair": N_("Two models climb side by side, step by step in turn."),
    "ablation": N_("One model, four runs, each with one idea more: this is why the variation loss is there."),
    "several": N_("One model, several pictures that must not look alike: it knows more than one cat."),
    "gallery": N_("The same wish put to every model on this machine."),
}
STARTS = {"noise": N_("Noise"), "grey": N_("Grey"), "photo": N_("A photo (DeepDream)")}
EFFORTS = {"quick": N_("Quick"), "standard": N_("Standard"), "fine": N_("Fine")}


@dataclass(frozen=True)
class Goal:
    """Keys of the tables above. photo: where to start, if from one. details: where more about the dream is asked."""

    dream: str
    experiment: str
    start: Start
    effort: Effort
    photo: Photo | None
    details: Any

    @property
    def ready(self) -> bool:
        """Whether there is a photo where one is needed."""
        return self.start != "photo" or self.photo is not None


def ask() -> Goal:
    """The rows of choices above the Start button; no model is asked for them."""
    dream = _choose("dream", _("What shall the network dream of?"), DREAMS, "cat")
    details = st.container()
    experiment = _choose("run", _("Experiment"), EXPERIMENTS, "pair")
    st.caption(_(MEANINGS[experiment]))
    start = cast("Start", _choose("start", _("Begin with"), STARTS, "noise"))
    effort = cast("Effort", _choose("effort", _("How thoroughly"), EFFORTS, "quick"))
    photo = _choose_photo() if start == "photo" else None
    return Goal(dream, experiment, start, effort, photo, details)


def _choose_photo() -> Photo | None:
    st.caption(_("The photo to dream into"))
    found = strip.choose_photos("ideal_cat", most=1, samples=GENERAL_SAMPLES, start=("coffee",))
    return next(iter(found), None)


def _choose(name: str, label: str, table: dict[str, str], default: str) -> str:
    """A list that fits a narrow column; its language-free key is in the address, as with `address.choose_one`."""
    key = f"ideal_cat.{name}"
    widget = f"{key}.widget"
    texts = {each: _(text) for each, text in table.items()}
    value = url_state.remembered_one(key, allowed=texts, default=default)
    st.session_state[widget] = value

    def keep() -> None:
        url_state.remember(key, [st.session_state[widget]], default=[default])

    st.selectbox(label, list(texts), format_func=texts.__getitem__, key=widget, on_change=keep)
    return value
