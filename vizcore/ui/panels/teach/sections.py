"""One question of the page at a time, all about the same classes and the same split."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.learning.starts import load_start
from vizcore.ui.job_panel import watch
from vizcore.ui.panels.teach import bins_editor, learn, network, network_result, unknown, use
from vizcore.ui.panels.teach.network_curves import JOB
from vizcore.ui.panels.teach.page_state import OWN
from vizcore.ui.panels.teach.source import choose_start, current_source
from vizcore.ui.sections import Section
from vizcore.ui.toolbar import Toolbar
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.catalogue import card as find_card

SECTIONS = {
    "learn": Section(N_("Compare"), learn.show),
    "network": Section(N_("Train a network"), network.show),
    "unknown": Section(N_("None of these"), unknown.show),
    "use": Section(N_("Use it"), use.show),
}
DEFAULT_MODELS = ["efficientnet-lite0"]


def with_shipped(start: str, cards: list[ModelCard]) -> list[ModelCard]:
    """A start that ships as numbers is learnt by the model they come from, whichever is chosen beside it."""
    data = None if start == OWN else load_start(start)
    if data is None or not data.model or data.model in {card.key for card in cards}:
        return cards
    return [find_card(data.model), *cards]


def show(bar: Toolbar) -> str:
    """The bar, the visitor's own classes where those are taught, and the chosen section, whose key is returned."""
    chosen = bar.sections(SECTIONS, key="teach.section", default="learn")
    start, settings = choose_start(bar)
    cards = bar.models("classify", most=2, default=DEFAULT_MODELS)
    cards = with_shipped(start, cards)
    if start == OWN:
        bins_editor.show()
    source = current_source(start, settings)
    network_result.collect()
    if chosen == "use":
        SECTIONS[chosen].show(bar, source, cards)
    elif source is not None and cards:
        SECTIONS[chosen].show(source, cards)
    elif source is None and start == OWN:
        st.info(
            _(
                "Give each class photos of its own, some taken at another moment: two classes of ten photos are enough"
                " to begin. A zip or folder with one folder a class fills all of them at once."
            ),
            icon=":material/info:",
        )
    if chosen != "network":
        watch(JOB)
    return chosen
