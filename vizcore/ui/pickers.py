"""Which models does a page use, and is each of them on this machine?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.i18n.numbers import number
from vizcore.settings import current
from vizcore.ui import choices
from vizcore.ui.card_text import library_of, limits, quality_with_source, training_data, weights_terms
from vizcore.ui.headings import coloured_title, family_name
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.model_download import show_download
from vizcore.ui.session_models import session_cards_of_visit
from vizcore.zoo.cards import ModelCard, Task
from vizcore.zoo.catalogue import cards_for
from vizcore.zoo.weights import availability, is_pinned

LEAST_MILLIONS = 0.05  # that are not written as 0
AVAILABILITY = {
    "bundled": N_("bundled"),
    "here": N_("on this machine"),
    "download": N_("to be downloaded"),
    "blocked": N_("not on this machine"),
}


def choose_models(
    key: str, task: Task | Sequence[Task], *, least: int = 1, most: int = 4, default: Sequence[str] = ()
) -> list[ModelCard]:
    """A list to pick models of the task(s) from, facts about the picked ones, and downloads for those not here.

    Returns the picked cards whose weights are here; less than `least` only after saying so on the page.
    default: keys; without any that is visible, the first `least` cards. The choice is `?KEY=...` in the address.
    """
    picked = pick_models(key, task, least=least, most=most, default=default)
    show_facts(picked)
    if picked:
        with st.expander(_("What they know, and how well"), icon=":material/fact_check:"):
            show_knowledge(picked)
    return ready_models(picked, key, least=least)


def pick_models(
    key: str,
    task: Task | Sequence[Task],
    *,
    least: int = 1,
    most: int = 4,
    default: Sequence[str] = (),
    scores: bool = False,
) -> list[ModelCard]:
    """The list alone; the choice is `?KEY=...` in the address. scores: whether models with scores alone will do."""
    cards = cards_of(task, scores=scores)
    texts = {each: option_text(card) for each, card in cards.items()}
    keys = choices.choose_some(_picker_label(most), texts, key=key, default=first(cards, default, least), most=most)
    _say_not_offered(task, cards)
    return [cards[each] for each in keys]


def cards_of(task: Task | Sequence[Task], *, scores: bool = False) -> dict[str, ModelCard]:
    """The visible cards of the task(s), by key; classifiers that this visitor made or brought come last.

    scores: whether those are among them that give scores alone.
    """
    tasks = [task] if isinstance(task, str) else task
    known = {card.key: card for each in tasks for card in cards_for(each)}
    own = [card for card in session_cards_of_visit() if card.task in tasks]
    return known | {card.key: card for card in own if scores or not card.facts.get("scores_only", False)}


def _say_not_offered(task: Task | Sequence[Task], offered: Mapping[str, ModelCard]) -> None:
    """Names the visitor's own models that give scores alone, where more is needed."""
    left_out = [card for key, card in cards_of(task, scores=True).items() if key not in offered]
    if left_out:
        st.caption(
            _(
                "Not offered here: {names}. An ONNX file gives scores and one vector, and this reads layers or"
                " gradients of the network."
            ).format(names=", ".join(escaped(card.title, longest=60) for card in left_out))
        )


def first(cards: Mapping[str, ModelCard], default: Sequence[str], least: int = 1) -> list[str]:
    """What a page opens with: the visible defaults, else the first `least` cards, of those on this machine if any."""
    if wanted := [each for each in default if each in cards]:
        return wanted
    here = [key for key, card in cards.items() if availability(card) in ("bundled", "here")]
    return (here or list(cards))[:least]


def ready_models(picked: Sequence[ModelCard], key: str, *, least: int = 1) -> list[ModelCard]:
    """Those that are on this machine; a download is offered for the others."""
    ready = [card for card in picked if show_download(card, key)]
    if len(ready) < least:
        st.info(_("Choose at least {n} that are on this machine.").format(n=least), icon=":material/info:")
        if current().permissive_only:
            st.caption(
                _(
                    "This server lists models under permissive licences only (VIZCORE_PERMISSIVE_ONLY). None of them"
                    " comes with the program for this page; an administrator can fetch one."
                )
            )
    return ready


def _picker_label(most: int) -> str:
    return _("Model") if most == 1 else _("Models (up to {n})").format(n=most)


def option_text(card: ModelCard) -> str:
    """One line of the list: title, family, whether it is here."""
    return f"{card.title} · {family_name(card.family)} · {_(AVAILABILITY[availability(card)])}"


def show_facts(cards: Sequence[ModelCard]) -> None:
    """Family, size, licence: one small line a model."""
    for card in cards:
        st.markdown(f":small[{coloured_title(card)} · {facts(card)}]")


def show_knowledge(cards: Sequence[ModelCard]) -> None:
    """What the models know, cannot find, were trained on, and how good they were measured to be."""
    if cards:
        st.markdown("\n".join(_knowledge(card) for card in cards))


def _knowledge(card: ModelCard) -> str:
    """The card's limits, quality and terms, as one entry of a Markdown list."""
    entries = [
        escaped(limits(card), longest=800),
        *(escaped(quality_with_source(each), longest=250) for each in card.measured),
        _("Trained on: {data}").format(data=escaped(training_data(card.licences), longest=1000)),
        _("weights: {licence}").format(licence=escaped(weights_terms(card.licences), longest=200)),
    ]
    return f"- {coloured_title(card)}\n" + "\n".join(f"  - {each}" for each in entries if each)


def facts(card: ModelCard) -> str:
    """Family, parameters, size, source and licence in one line of Markdown."""
    pieces = [
        family_name(card.family),
        _("{n} million parameters").format(n=number(card.parameters_m)) if card.parameters_m >= LEAST_MILLIONS else "",
        _("{n} MB").format(n=number(card.size_mb)) if card.size_mb else "",
        "" if card.bundled or card.source == "session" else escaped(library_of(card)),
        _("weights: {licence}").format(licence=escaped(weights_terms(card.licences).partition(",")[0], longest=60)),
        _(AVAILABILITY[availability(card)]),
        "" if is_pinned(card) or not any(file.url for file in card.files) else _("not pinned"),
    ]
    return " · ".join(piece for piece in pieces if piece)
