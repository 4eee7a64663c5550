"""What exactly does each model climb: a class, something inside it, or a direction between two classes?"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, cast

import streamlit as st

from vizcore.errors import AmbiguousClass, UnknownClass
from vizcore.generation.class_names import class_of, knows_class
from vizcore.generation.ideal.choices import TargetChoice
from vizcore.i18n import LANGUAGES, N_, _, speaking
from vizcore.i18n.class_names import class_name_with_english, english_words
from vizcore.ui import choices, url_state
from vizcore.ui.class_labels import class_labels, known_class_labels
from vizcore.ui.error_panel import errors_shown
from vizcore.ui.headings import coloured_title
from vizcore.ui.names_apart import labels_apart
from vizcore.ui.panels.ideal_cat import run_group
from vizcore.ui.told import told
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.generation.ideal.settings import Kind, Target

# Words for a goal, in order: label sets differ. "cat" and "dog" stand for their groups.
WORDS = {"cat": ("cat",), "dog": ("dog",)}
LONGEST_NAME, LONGEST_WORDS = 60, 200
PARTS = {"channel": N_("A channel"), "unit": N_("A single unit"), "stage": N_("A whole stage")}


def ask(dream: str, cards: Sequence[ModelCard]) -> dict[str, TargetChoice]:
    """The aim of each model that has one, by its key; the others' reason is said in place."""
    if dream == "inside":
        return _ask_inside(cards)
    labels = {card.key: known for card in cards if (known := _labels_of(card))}
    known_cards = [card for card in cards if card.key in labels]
    everything = list(dict.fromkeys(label for each in labels.values() for label in each))
    if not everything:
        return {}
    if dream == "between":
        return _ask_between(known_cards, labels, everything)
    words = WORDS.get(dream, ())
    if not any(knows_class(words, each) for each in labels.values()):  # a model of this visit knows other classes
        words = (_class_field("class", _("Class, in the model's words"), everything),)
    return {key: TargetChoice(target) for key, target in _targets(words, known_cards, labels).items()}


def _labels_of(card: ModelCard) -> tuple[str, ...] | None:
    """Not asked for while a run is under way: the model would be busy with it."""
    return known_class_labels(card) if run_group.under_way() else class_labels(card) or None


def _ask_between(
    cards: Sequence[ModelCard], labels: dict[str, tuple[str, ...]], everything: list[str]
) -> dict[str, TargetChoice]:
    first = _class_field("first", _("From"), everything, WORDS["cat"])
    second = _class_field("second", _("Towards"), everything, WORDS["dog"])
    mix = st.slider(
        _("How far from the first towards the second; below 0: away from it"),
        -1.0,
        1.0,
        0.5,
        0.1,
        **url_state.bound("ideal_cat.mix"),
    )
    ones, twos = (_targets((words,), cards, labels) for words in (first, second))
    return {key: TargetChoice(ones[key], twos[key], mix) for key in ones if key in twos}


def _ask_inside(cards: Sequence[ModelCard]) -> dict[str, TargetChoice]:
    from vizcore.generation.ideal.settings import Target

    kind = cast("Kind", choices.choose_one(
        _("Which part"), {key: _(text) for key, text in PARTS.items()}, key="ideal_cat.part", default="channel"
    ))  # fmt: skip
    stages = {card.key: _stage_field(card) for card in cards}
    index, row, column_share = 0, 0.5, 0.5
    if kind != "stage":
        index = st.number_input(_("Channel"), 0, 100_000, 0, **url_state.bound("ideal_cat.channel"))
    if kind == "unit":
        row = st.slider(_("Row, from top to bottom"), 0.0, 1.0, 0.5, 0.05, **url_state.bound("ideal_cat.row"))
        column_share = st.slider(
            _("Column, from left to right"), 0.0, 1.0, 0.5, 0.05, **url_state.bound("ideal_cat.column")
        )
    before = st.toggle(
        _("Before the ReLU (pre-activation)"),
        help=_("A unit whose ReLU gives 0 has no gradient and stays silent for ever; before its ReLU it has one."),
        **url_state.bound("ideal_cat.before"),
    )
    return {
        card.key: TargetChoice(Target(kind, index, stages[card.key], row, column_share), before=before)
        for card in cards
    }


def _stage_field(card: ModelCard) -> str:
    names = list(card.facts["stages"])
    chosen = st.selectbox(
        _("Stage of {model}").format(model=coloured_title(card)),
        names,
        index=names.index(card.facts["cam_stage"]),
        **url_state.bound(f"ideal_cat.stage.{card.key}"),
    )
    return str(chosen)


def _class_field(name: str, label: str, everything: list[str], words: Sequence[str] = ()) -> str:
    """One of the labels, or other words typed in. The address has the model's own label, the same in every language."""
    first = 0
    with suppress(UnknownClass, AmbiguousClass):
        first = class_of(words, everything, "") if words else 0
    key, usual = f"ideal_cat.{name}", everything[first]
    asked = url_state.remembered_text(key, "", lambda each: len(each) <= LONGEST_WORDS)
    chosen = label_meant(asked, everything) if asked.strip() else usual
    st.session_state[f"{key}.widget"] = chosen
    shown = _names(everything)

    def keep(value: object) -> None:
        url_state.remember(key, ["" if value in (None, usual) else str(value)], default=[""])

    st.selectbox(
        label,
        everything if chosen in everything else [chosen, *everything],
        format_func=lambda each: shown.get(str(each)) or class_name_with_english(str(each), LONGEST_NAME),
        accept_new_options=True,
        help=_("Type any part of a name."),
        key=f"{key}.widget",
        on_change=told(f"{key}.widget", keep),
    )
    return chosen


def label_meant(words: str, everything: Sequence[str]) -> str:
    """The label that is shown by these words in one of the languages, else what they are in English."""
    if words in everything:
        return words
    for language in LANGUAGES:
        with speaking(language):
            meant = {name: label for label, name in _names(everything).items()}
        if words in meant:
            return meant[words]
    return english_words(words, everything)


def _names(labels: Sequence[str]) -> dict[str, str]:
    """Under which name each label is offered; no two share one."""
    names = [class_name_with_english(label, LONGEST_NAME) for label in labels]
    return dict(zip(labels, labels_apart(names, labels), strict=True))


def _targets(words: Sequence[str], cards: Sequence[ModelCard], labels: dict[str, tuple[str, ...]]) -> dict[str, Target]:
    from vizcore.generation.ideal.settings import Target

    found = {}
    for card in cards:
        with errors_shown(about=card.title, where="ideal_cat"):
            found[card.key] = Target("class", class_of(words, labels[card.key], card.title))
    return found
