"""Inside DETR: what each query says, where one of them looks, and which query learns from which object."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from vizcore.detection.choosing import duplicates
from vizcore.figures.queries import best_scores, draw_focus, query_scores
from vizcore.i18n import _, ngettext
from vizcore.i18n.class_names import class_name
from vizcore.i18n.numbers import number, percent
from vizcore.i18n.pieces import named
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg
from vizcore.ui import choices, downloads, url_state
from vizcore.ui.charts import show_chart
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.engine_call import answer
from vizcore.ui.fragments import fragment
from vizcore.ui.headings import coloured_title, model_heading
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.panels.detection import hungarian
from vizcore.ui.panels.detection.choice import choose_card, choose_score
from vizcore.ui.panels.detection.photos import choose_one
from vizcore.ui.panels.detection.words import duplicate_words
from vizcore.ui.photo_names import photo_name
from vizcore.ui.theme_now import dark_now
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.detection.queries import QueryAnswers, QueryFocus

MOST_LISTED = 40  # queries to choose from


def show(photos: Sequence[Photo], cards: Sequence[ModelCard]) -> None:
    """One of the chosen detectors with queries: all its answers, one query, and the matching."""
    asked = [card for card in cards if card.has_queries]
    if not asked:
        st.info(_("Choose a DETR above to see its queries."), icon=":material/info:")
        return
    photo = choose_one(photos)
    card = choose_card(asked, "detection.asked")
    model_heading(card)
    _show_queries(photo, card)
    hungarian.show(photo, card)
    for card in cards:
        if card not in asked:
            st.markdown(_("{model} has no queries to look into.").format(model=coloured_title(card)))


def _show_queries(photo: Photo, card: ModelCard) -> None:
    from vizcore.detection.queries import QueryAnswers, query_answers

    answers = answer(query_answers, card, photo)
    if isinstance(answers, QueryAnswers):
        fragment(lambda: _show_scores(answers, card))
        st.subheader(_("Where one query looks"), anchor=False)
        _show_one(photo, card, answers)


def _show_scores(answers: QueryAnswers, card: ModelCard) -> None:
    least = choose_score(card.score)
    show_chart(
        query_scores(answers, least=least, axis=_("Queries, best first"), dark=dark_now()),
        key="detection.queries",
        alt=_("The best score of each query"),
    )
    saying = answers.saying(least)
    words = ngettext(
        "**{said}** of {all} queries says an object at this score; the other {rest} say as good as nothing.",
        "**{said}** of {all} queries say an object at this score; the other {rest} say as good as nothing.",
        len(saying),
    )
    st.markdown(
        words.format(
            said=number(len(saying), 0), all=number(len(answers), 0), rest=number(len(answers) - len(saying), 0)
        )
    )
    st.markdown(duplicate_words(duplicates(answers.as_detections(saying))))
    if answers.scores == "softmax":
        st.caption(_("Softmax over the classes and “nothing”: what is left of 1 is the probability of “nothing”."))
    else:
        st.caption(_("One sigmoid for each class: there is no class “nothing”, a low score everywhere says it."))


def _show_one(photo: Photo, card: ModelCard, answers: QueryAnswers) -> None:
    from vizcore.detection.queries import QueryFocus, QuerySettings, query_focus

    query = _choose_query(answers)
    focus = answer(query_focus, card, photo, QuerySettings(query))
    if isinstance(focus, QueryFocus):
        fragment(lambda: _show_focus(photo, focus, answers))


def _choose_query(answers: QueryAnswers) -> int:
    """The best queries by name; the best of all first."""
    best, labels = best_scores(answers)
    order = [int(each) for each in np.argsort(-best, kind="stable")[:MOST_LISTED]]
    names = {
        str(each): _("Query {n}: {label} {score}").format(
            n=each, label=labels[each], score=percent(float(best[each]), 0)
        )
        for each in order
    }
    return int(choices.choose_from(_("Query"), names, key="detection.query", default=str(order[0])))


def _show_focus(photo: Photo, focus: QueryFocus, answers: QueryAnswers) -> None:
    left, right = st.columns([3, 2])
    with right:
        layer = focus.layers
        if focus.layers > 1:
            layer = int(
                st.slider(_("Decoder layer"), 1, focus.layers, focus.layers, **url_state.bound("detection.layer"))
            )
        _show_facts(focus, layer - 1)
        _show_class_scores(focus, answers)
    with left:
        st.image(
            encode_jpeg(draw_focus(photo, focus, layer - 1)),
            width="stretch",
            alt=_("Where query {n} looks on {name}").format(n=focus.query, name=visible(photo_name(photo))),
        )
        st.caption(
            _("Where the query looks: attention over all cells of the encoder's grid.")
            if focus.kind == "grid"
            else _("Where the query reads: its sampling points, larger and brighter with their weight.")
        )
    downloads.show_exports("detection.detr", [answers, focus])


def _show_facts(focus: QueryFocus, layer: int) -> None:
    x0, y0, x1, y1 = (number(float(value), 0) for value in focus.box_xyxy)
    st.markdown(
        _("Query {n} says **{label}** ({score}), box {x0}, {y0} to {x1}, {y1} px.").format(
            n=focus.query,
            label=escaped(class_name(focus.label)),
            score=percent(focus.score, 1),
            x0=x0,
            y0=y0,
            x1=x1,
            y1=y1,
        )
    )
    if focus.kind == "grid":
        heads, rows, columns = focus.maps.shape[1:]
        words = _("{heads} heads over {rows} x {columns} cells; the picture is their mean.")
        st.markdown(words.format(heads=heads, rows=rows, columns=columns))
    else:
        heads, points = focus.weights.shape[1:]
        st.markdown(
            _(
                "{heads} heads read {points} points each, {all} places instead of the whole map; {share} of the "
                "weight lies inside the query's own box."
            ).format(heads=heads, points=points, all=heads * points, share=percent(focus.weight_inside(layer), 0))
        )


def _show_class_scores(focus: QueryFocus, answers: QueryAnswers) -> None:
    scores = answers.class_scores[focus.query]
    order = np.argsort(-scores, kind="stable")[:5]
    with derivation(_("The query's scores")):
        st.markdown(
            "  \n".join(
                named(escaped(class_name(answers.labels[int(each)])), number(float(scores[each]), 4)) for each in order
            )
        )
        nothing = _("nothing")
        if answers.scores == "softmax":
            latex(rf"p(\text{{{nothing}}}) = 1 - \sum_c p_c = {max(0.0, 1 - float(scores.sum())):.4f}")
        else:
            logit = focus.logit
            latex(rf"\sigma(z) = \frac{{1}}{{1 + e^{{-z}}}} = \frac{{1}}{{1 + e^{{{-logit:.3f}}}}} = {focus.score:.4f}")
