"""Section: one size of network, learnt in different ways, judged on one gallery."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.i18n.numbers import number
from vizcore.ui.panels.similarity import quality
from vizcore.ui.tables import show_table
from vizcore.ui.toolbar import Toolbar
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.catalogue import visible_cards
from vizcore.zoo.weights import availability

BACKBONE = "ViT-Base"
SHIPPED = ("cnn-mini", "vit-mini")
KINDS = {
    "supervised": N_("supervised (names of classes)"),
    "self-supervised": N_("self-supervised (no labels)"),
    "text-image": N_("text and image (captions)"),
}


def family() -> list[ModelCard]:
    """The visible cards with this backbone, by the kind of their pre-training."""
    cards = [card for card in visible_cards() if card.facts.get("backbone") == BACKBONE]
    return sorted(cards, key=lambda card: list(KINDS).index(card.facts["pretraining"]))


def is_here(card: ModelCard) -> bool:
    """Whether its weights are on this machine."""
    return availability(card) in ("bundled", "here")


def show(bar: Toolbar) -> None:
    """Which models there are, what is missing, and the quality of search of those that are here."""
    cards = family()
    if not cards:
        st.info(_("This server lists no model of this size."), icon=":material/info:")
        return
    here = [card for card in cards if is_here(card)]
    absent = missing(cards, here)
    if absent:
        words = _("Fewer than two kinds of pre-training are on this machine: there is nothing to compare yet.")
        if not here:
            words += " " + _("Until then two models that learnt alike stand here; the downloads are named below.")
        st.info(words, icon=":material/info:")
    quality.show(here or _shipped(), bar)
    st.subheader(_("One size of network, learnt in different ways"), anchor=False)
    st.markdown(_("All have 12 blocks of width 768 ({backbone}).").format(backbone=BACKBONE))
    _show_downloads(absent)
    show_table([_row(card) for card in cards])
    st.caption(_("The size of the patches differs too: smaller patches are more tokens, which helps by itself."))


def _row(card: ModelCard) -> dict[str, str]:
    patch, side, kind = card.facts["patch"], 224, card.facts["pretraining"]
    return {
        _("Model"): card.title,
        _("Pre-training"): _(KINDS[kind]),
        _("Patches"): f"{patch} px, {(side // patch) ** 2}",
        _("Weights"): _("here") if is_here(card) else f"fetch {card.key}",
        _("MB"): number(card.size_mb, 0) if card.size_mb else "–",
    }


def _shipped() -> list[ModelCard]:
    """What comes with the program, in place of the models of one size."""
    return [card for card in visible_cards() if card.key in SHIPPED and is_here(card)]


def missing(cards: Sequence[ModelCard], here: Sequence[ModelCard]) -> list[ModelCard]:
    """One card of each kind of pre-training that is not here, as long as fewer than two kinds are."""
    kinds = {card.facts["pretraining"] for card in here}
    if len(kinds) >= 2:
        return []
    absent: dict[str, ModelCard] = {}
    for card in cards:
        if card.facts["pretraining"] not in kinds:
            absent.setdefault(card.facts["pretraining"], card)
    return list(absent.values())


def _show_downloads(absent: Sequence[ModelCard]) -> None:
    if absent:
        st.markdown(
            _(
                "With two kinds, this section shows Recall@1 and mAP of each on the same gallery. To get one model of"
                " each missing kind:"
            )
        )
        st.code("python -m vizcore fetch " + " ".join(card.key for card in absent), language="bash")
