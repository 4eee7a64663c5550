"""What shall the model be made to see? A class by words, or anything but what it sees now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from vizcore.generation.class_names import knows_class
from vizcore.i18n import N_, _
from vizcore.i18n.class_names import class_name, english_words
from vizcore.ui import choices, url_state
from vizcore.ui.markdown_escape import escaped
from vizcore.zoo.labels import find_class

CHOICES: Mapping[str, str] = {
    "dog": N_("a dog"),
    "cat": N_("a cat"),
    "anything": N_("anything else"),
    "words": N_("another class"),
}
LONGEST = 60


@dataclass(frozen=True)
class Wanted:
    """index: the class, None for "anything but the first answer". label: the model's own words for it, or ""."""

    index: int | None
    label: str


def target_words() -> str:
    """The goal in hand, for the fold that holds the choice."""
    chosen = url_state.remembered_one("adversarial.target", allowed=CHOICES, default="dog")
    return _("To see: {what}").format(what=_(CHOICES[chosen]))


def choose_target(labels: Sequence[str], model_key: str) -> Wanted | None:
    """The target among this model's classes; None while no word was typed. Errors: UnknownClass, AmbiguousClass."""
    texts = {key: _(title) for key, title in CHOICES.items()}
    chosen = choices.choose_one(_("Make the model see"), texts, key="adversarial.target", default="dog")
    if chosen == "anything":
        return Wanted(None, "")
    if chosen in ("dog", "cat") and not knows_class((chosen,), labels):
        st.caption(_("This model knows no such class, so it is made to see anything else."))
        return Wanted(None, "")
    found = _by_words(labels, model_key) if chosen == "words" else find_class(labels, chosen, model_key)
    if found is None:
        return None
    st.caption(_("In this model's words: {label}").format(label=escaped(labels[found], longest=120)))
    return Wanted(found, labels[found])


def _by_words(labels: Sequence[str], model_key: str) -> int | None:
    words = st.text_input(
        _("Class, by its name or any part of its English name"),
        "",
        max_chars=LONGEST,
        placeholder=", ".join(class_name(label) for label in labels[-3:]),
        **url_state.bound("adversarial.words"),
    )
    return find_class(labels, english_words(words.strip(), labels), model_key) if words.strip() else None
