"""Zero-shot: labels that the visitor types, compared with the photo by a model that reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.errors import LabelsInvalid
from vizcore.figures.bars import short_label, top_bars
from vizcore.i18n import _
from vizcore.i18n.numbers import number, percent
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg
from vizcore.ui import downloads
from vizcore.ui.charts import show_chart
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.engine_call import answer
from vizcore.ui.error_panel import show_error
from vizcore.ui.headings import model_heading
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.panels.features.choices import choose_photo
from vizcore.ui.photo_names import photo_name
from vizcore.ui.tables import show_table
from vizcore.ui.theme_now import dark_now
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.catalogue import cards_for
from vizcore.zoo.weights import availability

if TYPE_CHECKING:
    from vizcore.features.zero_shot import ZeroShot, ZeroShotSettings

LONGEST = 5_000
KEY = "features.words"


def show(photos: Sequence[Photo], cards: Sequence[ModelCard]) -> None:
    """The labels, and the answer of each chosen model that reads; else which model to choose or to fetch."""
    from vizcore.features.zero_shot import zero_shot

    photo = choose_photo(photos)
    readers = [card for card in cards if reads(card)]
    if not readers:
        _show_what_is_missing(photo, cards)
        return
    settings = _choose()
    if settings is None:
        return
    answers = [(card, answer(zero_shot, card, photo, settings)) for card in readers]
    found = [(card, each) for card, each in answers if each is not None]
    for card, each in found:
        model_heading(card)
        _show_answer(photo, each)
    if found:
        rows = [row for card, each in found for row in csv_rows(card, each)]
        downloads.show_exports(KEY, [each for _card, each in found], table=rows)


def reads(card: ModelCard) -> bool:
    """Whether the model knows sentences as well as pictures."""
    return bool(card.facts.get("tokenizer"))


def csv_rows(card: ModelCard, found: ZeroShot) -> list[dict[str, downloads.Cell]]:
    """One row for each label, best first."""
    return [
        {
            "model": card.key,
            "label": found.labels[place],
            "cosine": float(found.cosines[place]),
            "probability": float(found.probabilities[place]),
        }
        for place in found.order()
    ]


def table_rows(found: ZeroShot) -> list[dict[str, str]]:
    """One row for each label, best first, in the visitor's language."""
    return [
        {
            _("Label"): found.labels[place],
            _("Probability"): percent(float(found.probabilities[place])),
            _("Cosine"): number(float(found.cosines[place]), 3),
        }
        for place in found.order()
    ]


def _show_what_is_missing(photo: Photo, cards: Sequence[ModelCard]) -> None:
    """Which model reads and how to get it; meanwhile the answers of those that know their own classes alone."""
    offered = [card for card in cards_for("embed") if reads(card)]
    if not offered:
        st.info(_("This server lists no model that reads text."), icon=":material/info:")
        return
    names = ", ".join(f"**{escaped(card.title)}**" for card in offered)
    st.info(
        _("The chosen models know no words, only their own classes. Choose {models} in the list above.").format(
            models=names
        ),
        icon=":material/info:",
    )
    _show_own_answers(photo, cards)
    if absent := [card.key for card in offered if availability(card) not in ("bundled", "here")]:
        st.markdown(_("Its weights are not on this machine. To get them:"))
        st.code(f"python -m vizcore fetch {' '.join(absent)}", language="bash")


def _show_own_answers(photo: Photo, cards: Sequence[ModelCard]) -> None:
    """The photo, and what each model answers from the list that it learnt."""
    from vizcore.features.classes import classify

    found = [(card, answer(classify, card, photo)) for card in cards if card.labels]
    answered = [(card, each) for card, each in found if each is not None]
    picture, *columns = st.columns(1 + len(answered))
    picture.image(encode_jpeg(photo.rgb, quality=90), width="stretch", alt=visible(photo_name(photo)))
    for column, (card, each) in zip(columns, answered, strict=True):
        best = ", ".join(f"{short_label(label)} {percent(share, 0)}" for _place, label, share in each.top(5))
        with column:
            model_heading(card)
            show_chart(
                top_bars(each, card.family, dark=dark_now()),
                key=f"{KEY}.own.{card.key}",
                alt=_("Best five classes: {classes}").format(classes=best),
            )
    st.caption(_("Their answers come from the lists that they learnt: no other word can be asked for."))


def _choose() -> ZeroShotSettings | None:
    """What the visitor typed; None after saying what is wrong with it."""
    from vizcore.features.zero_shot import PLACE, ZeroShotSettings, labels_of

    usual = ZeroShotSettings()
    left, right = st.columns([3, 1], vertical_alignment="center")
    with left:
        text = st.text_area(
            _("Labels in English, one a line or commas between"),
            ", ".join(usual.labels),
            key=f"{KEY}.labels",
            max_chars=LONGEST,
            height=90,
            persist_state="session",
        )
    with right:
        whole = st.toggle(
            _("As a sentence"),
            value=True,
            key=f"{KEY}.sentence",
            help=_("“a photo of a …” before each label."),
            persist_state="session",
        )
    try:
        return ZeroShotSettings(labels_of(text), usual.sentence if whole else PLACE)
    except LabelsInvalid as error:
        show_error(error)
        return None


def _show_answer(photo: Photo, found: ZeroShot) -> None:
    order = found.order()
    st.markdown(
        _("{name}: **{label}**, {share} among the labels of the list").format(
            name=escaped(photo_name(photo)),
            label=escaped(found.labels[order[0]]),
            share=percent(float(found.probabilities[order[0]])),
        )
    )
    picture, table = st.columns([1, 2])
    with picture:
        st.image(encode_jpeg(photo.rgb, quality=90), width="stretch", alt=visible(photo_name(photo)))
    with table:
        show_table(table_rows(found))
    st.caption(
        _(
            "A share among the labels of the list only: something always wins, even if none of them is in the photo. "
            "Another list gives other shares; the cosines stay."
        )
    )
    with derivation():
        latex(r"p_i = \frac{e^{s \cos(v, t_i)}}{\sum_j e^{s \cos(v, t_j)}}")
        latex(
            rf"s = {found.scale:.2f},\quad \cos = {float(found.cosines[order[0]]):.4f},"
            rf"\quad p = {float(found.probabilities[order[0]]):.4f}"
        )
        st.markdown(_("Compared sentence: {sentence}").format(sentence=escaped(found.sentences[order[0]])))
