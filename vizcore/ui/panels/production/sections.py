"""Which sections does the page In production have? One at a time is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.ui import url_state
from vizcore.ui.panels.product.inputs import choose_card, here
from vizcore.ui.panels.production import checklist, drift, outliers, spec, watching
from vizcore.zoo.cards import ModelCard, Task


@dataclass(frozen=True)
class Section:
    """title: to be translated when shown. tasks: whose models it can ask."""

    title: str
    show: Callable[[ModelCard], None]
    tasks: tuple[Task, ...]


SECTIONS = {
    "drift": Section(N_("Drift"), drift.show, ("classify", "embed", "detect")),
    "outliers": Section(N_("Unknown photos"), outliers.show, ("classify", "embed")),
    "spec": Section(N_("Specification"), spec.show, ("classify", "detect")),
    "watching": Section(N_("This app"), watching.show, ("classify", "detect")),
    "checklist": Section(N_("Checklist"), checklist.show, ("classify", "detect", "embed")),
}


def show() -> None:
    """The bar of choices, then the chosen section."""
    texts = {key: _(section.title) for key, section in SECTIONS.items()}
    with st.container(horizontal=True, vertical_alignment="bottom", key="bar-production"):
        chosen = url_state.choose_one(_("Section"), texts, key="production.section", default="drift")
        section = SECTIONS[chosen]
        card = choose_card(f"production.{chosen}", section.tasks, default="cnn-mini")
    if here(card, "production"):
        section.show(card)
