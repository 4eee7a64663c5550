"""Agreement: which objects do two detectors both see, which only one of them, and where do they quarrel?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.class_names import class_name
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import NOTHING, number, percent, ratio
from vizcore.photo import Photo
from vizcore.ui import choices, downloads, url_state
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.fragments import fragment
from vizcore.ui.headings import coloured_title
from vizcore.ui.markdown_escape import visible
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.detection import crops
from vizcore.ui.panels.detection.candidates import Proposed, propose_all
from vizcore.ui.panels.detection.choice import choose_settings
from vizcore.ui.panels.detection.photos import choose_one
from vizcore.ui.panels.detection.words import KIND_WORDS, kind_words
from vizcore.ui.tables import number_columns
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.detection.agreement import Agreement, AgreementRow

COUNT_WIDTH = 148  # of a count with its case, in pixels


def show(photos: Sequence[Photo], cards: Sequence[ModelCard]) -> None:
    """Two of the chosen detectors on one photo, box by box."""
    photo = choose_one(photos)
    pair = _choose_pair(cards)
    if len(pair) < 2:
        st.info(_("Choose a second detector above to compare with."), icon=":material/info:")
        return
    proposed = propose_all([photo], pair)
    if len(proposed) == 2:
        fragment(lambda: _show_pair(proposed[0], proposed[1]))


def _choose_pair(cards: Sequence[ModelCard]) -> list[ModelCard]:
    """The two to compare; a choice only where there are three."""
    if len(cards) < 3:
        return list(cards)
    titles = {card.key: visible(card.title) for card in cards}
    left, right = st.columns(2)
    with left:
        first = choices.choose_one("A", titles, key="detection.a", default=cards[0].key)
    others = {key: title for key, title in titles.items() if key != first}
    with right:
        second = choices.choose_one("B", others, key="detection.b", default=next(iter(others)))
    by_key = {card.key: card for card in cards}
    return [by_key[first], by_key[second]]


def _show_pair(a: Proposed, b: Proposed) -> None:
    from vizcore.detection.agreement import AgreementSettings, agreement

    settings, own, rest = choose_settings([a.candidates, b.candidates], [a.card, b.card])
    iou = rest.slider(_("Same object from an IoU of"), 0.05, 0.95, 0.5, 0.05, **url_state.bound("detection.agree"))
    boxes = a.chosen(settings, own_score=own), b.chosen(settings, own_score=own)
    found = agreement(*boxes, AgreementSettings.from_iou(iou))
    _say_share(a.card, b.card, found)
    if not found.rows:
        st.info(_("Neither of them finds anything with these settings."), icon=":material/info:")
    else:
        left, right = st.columns(2)
        with right:
            shown = _filtered(a.card, b.card, found)
        with left:
            crops.show_picture(a, b, boxes, shown)
        with right:
            _show_table(a.card, b.card, shown)
        _show_counts(a.card, b.card, found)
        crops.show_crops(a, b, boxes, shown)
    _show_working(found, iou)
    downloads.show_exports("detection.agreement", [found, *boxes], table=csv_rows(a.card, b.card, found))


def _say_share(card_a: ModelCard, card_b: ModelCard, found: Agreement) -> None:
    if found.share is not None:
        st.markdown(
            _("{a} and {b} see {share} of {n} alike. Who is right, this does not say.").format(
                a=coloured_title(card_a),
                b=coloured_title(card_b),
                share=percent(found.share, 0),
                n=counted("object", len(found.rows)),
            )
        )


def _show_counts(card_a: ModelCard, card_b: ModelCard, found: Agreement) -> None:
    titles = visible(card_a.title), visible(card_b.title)
    show_metrics(
        (Cell(kind_words(kind, *titles), number(found.counts[kind], 0)) for kind in KIND_WORDS), width=COUNT_WIDTH
    )


def _filtered(card_a: ModelCard, card_b: ModelCard, found: Agreement) -> list[AgreementRow]:
    texts = {
        kind: f"{kind_words(kind, visible(card_a.title), visible(card_b.title))} ({found.counts[kind]})"
        for kind in KIND_WORDS
    }
    kinds = choices.choose_some(
        _("Cases to list (empty: all)"), texts, key="detection.cases", default=[], most=len(texts)
    )
    return [row for row in found.rows if not kinds or row.kind in kinds]


def _show_table(card_a: ModelCard, card_b: ModelCard, rows: Sequence[AgreementRow]) -> None:
    if not rows:
        st.caption(_("No object is of these cases."))
        return
    scores = [_("{model}: score").format(model=card.title) for card in (card_a, card_b)]
    st.dataframe(
        [
            {
                _("Case"): kind_words(row.kind, card_a.title, card_b.title),
                _("{model}: class").format(model=card_a.title): class_name(row.label_a) if row.label_a else None,
                scores[0]: rounded(row.score_a),
                _("{model}: class").format(model=card_b.title): class_name(row.label_b) if row.label_b else None,
                scores[1]: rounded(row.score_b),
                "IoU": round(row.iou, 3),
            }
            for row in rows
        ],
        hide_index=True,
        placeholder=NOTHING,
        width="stretch",
        column_config=number_columns(
            *(_("{model}: score").format(model=each.title) for each in (card_a, card_b)), "IoU"
        ),
    )


def rounded(score: float | None) -> str | None:
    """To three places, as the table shows it; a missing value where a detector has no box."""
    return None if score is None else ratio(score)


def _show_working(found: Agreement, iou: float) -> None:
    from vizcore.detection.agreement import AgreementSettings

    with derivation(_("How boxes are paired")):
        latex(r"\mathrm{IoU}(A, B) = \frac{|A \cap B|}{|A \cup B|}")
        st.markdown(
            _(
                "Three rounds, each among what the former left, each box used once, with the largest sum of IoUs: "
                "the same class at IoU >= {iou} (both), another class at IoU >= {iou} (class conflict), the same "
                "class at IoU >= {loose} (shifted). The rest is only in one of them; the IoU of such a row is that "
                "of the nearest box of the other detector."
            ).format(iou=number(iou, 2), loose=number(AgreementSettings.from_iou(iou).loose_iou, 2))
        )
        if found.cut_a or found.cut_b:
            st.markdown(
                _("Not compared, since there were too many: {a} and {b} boxes.").format(
                    a=number(found.cut_a, 0), b=number(found.cut_b, 0)
                )
            )


def csv_rows(card_a: ModelCard, card_b: ModelCard, found: Agreement) -> list[dict[str, downloads.Cell]]:
    """One row for each object, language-free."""
    return [
        {
            "case": row.kind,
            "model_a": card_a.key,
            "label_a": row.label_a,
            "score_a": row.score_a,
            "model_b": card_b.key,
            "label_b": row.label_b,
            "score_b": row.score_b,
            "iou": row.iou,
        }
        for row in found.rows
    ]
