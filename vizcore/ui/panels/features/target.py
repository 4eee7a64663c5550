"""Which class do the maps speak of? The visitor's words, or each model's own first answer."""

from __future__ import annotations

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
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.labels import find_class, group_member

LONGEST_WORDS = 60


def choose_words() -> str:
    """The class in the visitor's words; "" for each model's first answer."""
    words = st.text_input(
        _("Class (empty: each model's first answer)"),
        max_chars=LONGEST_WORDS,
        placeholder=_("cat, or the number of a class"),
        help=_("Any part of a class's English name that fits one class only, or its number."),
        **url_state.bound("features.class"),
    )
    return str(words).strip()


def target_of(photo: Photo, card: ModelCard, words: str) -> tuple[int, str] | None:
    """The class's number for this model, and the model's answers as Markdown; None after saying why there is none."""
    if not card.labels:
        st.info(_("This model has no classes: it was trained for features only."))
        return None
    from vizcore.features.classes import classify

    found = answer(classify, card, photo)
    if not isinstance(found, Classification):
        return None
    target: int | None = None if words else found.top(1)[0][0]
    with errors_shown(about=card.title, where="find_class"):
        target = find_class(found.labels, english_words(words), card.key) if words else target
    if target is None:
        return None
    text = answers_text(found, target)
    return target, f"{_stands_for(words, found.labels[target])}{text}" if group_member(
        found.labels, english_words(words)
    ) == target else text


def _stands_for(words: str, label: str) -> str:
    """One sentence where "cat" or "dog" is not itself a class of the model."""
    name = short_label(label)
    if english_words(words).casefold() == first_name(label).casefold():
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
