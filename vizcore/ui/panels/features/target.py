"""Which class do the maps speak of? The visitor's words, or each model's own first answer."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from vizcore.figures.bars import short_label
from vizcore.i18n import _
from vizcore.i18n.class_names import english_words, first_name
from vizcore.i18n.numbers import percent
from vizcore.photo import Photo
from vizcore.results import Classification
from vizcore.ui import url_state
from vizcore.ui.engine_call import answer
from vizcore.ui.error_panel import errors_shown
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.names_apart import labels_apart
from vizcore.ui.told import told
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.labels import find_class, group_member

LONGEST_WORDS = 60
KEY = "features.class"
CHIPS = 5


def choose_words(photo: Photo, cards: Sequence[ModelCard]) -> str:
    """The class in the visitor's words; "" for each model's first answer. The models' first answers stand as chips.

    The list holds every class that one of the models knows; "cat" or a number in the address still works.
    """
    found = [each for card in cards if card.labels and (each := _classified(photo, card)) is not None]
    chips = _chips(found)
    every = list(dict.fromkeys([*chips, *(label for each in found for label in each.labels)]))
    asked = next(iter(url_state.fresh_values(KEY) or []), None)
    words = str(st.session_state.get(KEY, "") if asked is None else asked)[:LONGEST_WORDS]
    options = ["", *([words] if words and words not in every else []), *every]
    st.session_state[f"{KEY}.widget"] = words
    names = [short_label(label) if label else _("each model's first answer") for label in options]
    shown = dict(zip(options, labels_apart(names, options), strict=True))

    st.selectbox(
        _("Class"),
        options,
        format_func=shown.__getitem__,
        key=f"{KEY}.widget",
        on_change=told(f"{KEY}.widget", _keep),
        help=_("Type to search. The first of the list are what the models answer for this photo."),
    )
    _keep(words)
    return words.strip()


def show_chips(photo: Photo, cards: Sequence[ModelCard]) -> None:
    """The five best answers of the models as buttons that set the class."""
    found = [each for card in cards if card.labels and (each := _classified(photo, card)) is not None]
    with st.container(horizontal=True, gap="xsmall", key="features-class-chips"):
        for label in _chips(found):
            st.button(short_label(label), key=f"{KEY}.chip.{label}", on_click=_keep, args=(label,))


def _chips(found: Sequence[Classification]) -> list[str]:
    """The first answers of all models in turn, five at most."""
    places = [[label for _index, label, _share in each.top(CHIPS)] for each in found]
    in_turn = [each[place] for place in range(CHIPS) for each in places if place < len(each)]
    by_name: dict[str, str] = {}
    for label in in_turn:  # models write one class differently ("tabby", "tabby, tabby cat"): it is one chip
        by_name.setdefault(short_label(label), label)
    return list(by_name.values())[:CHIPS]


def _classified(photo: Photo, card: ModelCard) -> Classification | None:
    from vizcore.features.classes import classify

    found = answer(classify, card, photo)
    return found if isinstance(found, Classification) else None


def _keep(words: str) -> None:
    st.session_state[KEY] = words
    url_state.remember(KEY, [words] if words else [], default=[])


def target_of(photo: Photo, card: ModelCard, words: str) -> tuple[int, str] | None:
    """The class's number for this model, and the model's answers as Markdown; None after saying why there is none."""
    if not card.labels:
        st.info(_("This model has no classes: it was trained for features only."))
        return None
    from vizcore.features.classes import classify

    found = answer(classify, card, photo)
    if not isinstance(found, Classification):
        return None
    asked = english_words(words, found.labels)
    target: int | None = None if words else found.top(1)[0][0]
    with errors_shown(about=card.title, where="find_class"):
        target = find_class(found.labels, asked, card.key) if words else target
    if target is None:
        return None
    text = answers_text(found, target)
    if group_member(found.labels, asked) == target:
        text = _stands_for(words, asked, found.labels[target]) + text
    return target, text


def _stands_for(words: str, asked: str, label: str) -> str:
    """One sentence where "cat" or "dog", `asked` for in the visitor's words, is not itself a class of the model."""
    name = short_label(label)
    if asked.casefold() == first_name(label).casefold():
        return ""
    said = _("This model knows no class “{words}”, only kinds of it: **{label}** stands for them.")
    return said.format(words=escaped(words), label=escaped(name)) + " "


def answers_text(found: Classification, target: int) -> str:
    """The class that the maps are for, and the model's first three answers."""
    best = ", ".join(f"{escaped(short_label(label))} {percent(p, 0)}" for _i, label, p in found.top(3))
    return _("Evidence for **{label}** ({percent}). The model's first answers: {best}.").format(
        label=escaped(short_label(found.labels[target])),
        percent=percent(float(found.probabilities[target]), 1),
        best=best,
    )
