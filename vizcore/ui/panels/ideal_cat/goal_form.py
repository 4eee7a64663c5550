"""What does the visitor want to see: which dream, in which experiment, from which start, how thoroughly?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.i18n.pieces import named
from vizcore.photo import Photo
from vizcore.ui import choices
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
    first, second, third, fourth = st.columns(4)
    with first:
        dream = _choose("dream", _("What to dream of"), DREAMS, "cat")
    with second:
        explain = "\n".join("- " + named(f"**{_(title)}**", _(MEANINGS[key])) for key, title in EXPERIMENTS.items())
        experiment = _choose("run", _("Experiment"), EXPERIMENTS, "pair", explain=explain)
    with third:
        start = cast("Start", _choose("start", _("Begin with"), STARTS, "noise"))
    with fourth:
        effort = cast("Effort", _choose("effort", _("How thoroughly"), EFFORTS, "quick"))
    details = st.container()
    photo = _choose_photo() if start == "photo" else None
    return Goal(dream, experiment, start, effort, photo, details)


def _choose_photo() -> Photo | None:
    st.caption(_("The photo to dream into"))
    found = strip.choose_photos("ideal_cat", most=1, samples=GENERAL_SAMPLES, start=("coffee",))
    return next(iter(found), None)


def _choose(name: str, label: str, table: dict[str, str], default: str, *, explain: str | None = None) -> str:
    """A list that fits a narrow column; its language-free key is in the address."""
    texts = {each: _(text) for each, text in table.items()}
    return choices.choose_from(label, texts, key=f"ideal_cat.{name}", default=default, explain=explain)
