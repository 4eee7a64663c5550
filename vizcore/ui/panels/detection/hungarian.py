"""Hungarian matching: what each query would cost for each true box, the assignment, and the loss, with the working."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from vizcore.figures.boxes import draw_boxes
from vizcore.figures.matching import COSTS, cost_heatmap, cost_names, pair_bars
from vizcore.i18n import _, ngettext
from vizcore.i18n.class_names import class_name
from vizcore.i18n.numbers import decimal, number
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg
from vizcore.ui import choices, downloads, url_state
from vizcore.ui.charts import show_chart
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.engine_call import answer
from vizcore.ui.fragments import fragment
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.panels.detection.truth import TrueBoxes, choose_truth
from vizcore.ui.photo_names import photo_name
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.detection.matching import Matching
    from vizcore.detection.matching_terms import MatchingSettings
    from vizcore.detection.queries import QueryAnswers

WEIGHTS = ("class", "l1", "giou")


def show(photo: Photo, card: ModelCard) -> None:
    """The truth, one engine call for its photo, and the matching, which asks no model again."""
    from vizcore.detection.queries import QueryAnswers, query_answers

    st.subheader(_("Who learns from which object? Hungarian matching"), anchor=False)
    truth = choose_truth(photo, list(_known_labels(photo, card)))
    if truth is None:
        return
    answers = answer(query_answers, card, truth.photo)
    if isinstance(answers, QueryAnswers):
        fragment(lambda: _show_matching(card, truth, answers))


def _known_labels(photo: Photo, card: ModelCard) -> tuple[str, ...]:
    from vizcore.detection.queries import QueryAnswers, query_answers

    answers = answer(query_answers, card, photo)
    return answers.labels if isinstance(answers, QueryAnswers) else ()


def _show_matching(card: ModelCard, truth: TrueBoxes, answers: QueryAnswers) -> None:
    from vizcore.detection.matching import Queries, Truth, match

    settings = _choose_weights(card)
    if settings is None:
        st.info(_("At least one weight must be above 0."), icon=":material/info:")
        return
    queries = Queries(answers.class_scores, answers.boxes_xyxy, answers.size_wh)
    found = match(queries, Truth(answers.class_ids_of(truth.labels), truth.boxes_xyxy), settings)
    found = replace(
        found,
        provenance=replace(
            found.provenance,
            model=card.key,
            weights_sha256=answers.provenance.weights_sha256,
            photos_sha256=answers.provenance.photos_sha256,
        ),
    )
    _show_pictures(truth, answers, found)
    _show_matrix(truth, found)
    _show_working(truth, found)
    downloads.show_exports("detection.matching", [answers, found], table=csv_rows(card, truth, found))


def _choose_weights(card: ModelCard) -> MatchingSettings | None:
    """The weights of the model's own family at first."""
    from vizcore.detection.matching_terms import FAMILIES

    family = FAMILIES["detr" if card.facts.get("scores") == "softmax" else "rt-detr"]
    first = {"class": family.class_weight, "l1": family.l1_weight, "giou": family.giou_weight}
    chosen = {}
    for column, name in zip(st.columns(len(WEIGHTS)), WEIGHTS, strict=True):
        with column:
            chosen[name] = st.slider(
                _("Weight: {term}").format(term=cost_names()[name]),  # type: ignore[index]
                0.0,
                10.0,
                first[name],
                0.5,
                **url_state.bound(f"detection.weight.{name}"),
            )
    if not any(chosen.values()):
        return None
    return replace(family, class_weight=chosen["class"], l1_weight=chosen["l1"], giou_weight=chosen["giou"])


def _show_pictures(truth: TrueBoxes, answers: QueryAnswers, found: Matching) -> None:
    pairs = found.by_truth()
    given = answers.as_truth(truth.boxes_xyxy, truth.labels)
    matched = answers.as_assigned(
        np.array([each.query for each in pairs], np.int64), [truth.labels[each.truth] for each in pairs]
    )
    left, right = st.columns(2)
    for column, boxes, title in (
        (left, given, _("What is there")),
        (right, matched, _("The queries that were assigned")),
    ):
        with column:
            st.markdown(f"**{title}**")
            st.image(
                encode_jpeg(draw_boxes(truth.photo, boxes, "class" if boxes is given else "class and score")),
                width="stretch",
                alt=f"{title}, {visible(photo_name(truth.photo))}",
            )


def _show_matrix(truth: TrueBoxes, found: Matching) -> None:
    names = {str(name): text for name, text in cost_names().items()}
    cost = choices.choose_one(_("Cost shown"), names, key="detection.cost", default="total")
    left, right = st.columns(2)
    with left:
        show_chart(
            cost_heatmap(found, truth.labels, next(each for each in COSTS if each == cost)),
            key="detection.matrix",
            alt=_("Cost of each query for each true box; the assigned pairs are framed"),
        )
    with right:
        st.markdown(_("**What the assigned pairs cost**"))
        show_chart(
            pair_bars(found, truth.labels),
            key="detection.pairs",
            alt=_("Weighted terms of each assigned pair"),
        )
        st.markdown(assignment_words(truth, found))
        if left_out := len(truth.labels) - len(found.query_ids):
            words = ngettext("{n} true box has no query left.", "{n} true boxes have no query left.", left_out)
            st.caption(words.format(n=number(left_out, 0)))


def assignment_words(truth: TrueBoxes, found: Matching) -> str:
    """Which query stands for which true box, with the overlap of the pair, as Markdown."""
    lines = [
        _("{place} · {label}: query {query}, IoU {iou}").format(
            place=each.truth + 1,
            label=escaped(class_name(truth.labels[each.truth])),
            query=each.query,
            iou=decimal(each.iou, 2),
        )
        for each in found.by_truth()
    ]
    total = _("Sum of the assigned costs: **{cost}**; no other assignment has less.").format(
        cost=number(found.assigned_cost, 3)
    )
    return "  \n".join([*lines, total])


def _show_working(truth: TrueBoxes, found: Matching) -> None:
    if not len(found.query_ids):
        return
    pair, weights = found.pairs()[0], found.settings
    with derivation(_("Cost of one pair, and the loss")):
        st.markdown(
            _("Query {query} and true box {place} ({label}):").format(
                query=pair.query, place=pair.truth + 1, label=escaped(class_name(truth.labels[pair.truth]))
            )
        )
        latex(
            r"C_{ij} = \lambda_{\text{class}} c_{ij} + \lambda_{L1} \lVert b_i - \hat b_j \rVert_1"
            r" - \lambda_{\text{GIoU}}\, \mathrm{GIoU}"
        )
        latex(
            rf"{weights.class_weight:g} \times ({pair.class_cost:.4f}) + {weights.l1_weight:g} \times"
            rf" {pair.l1_cost:.4f} + {weights.giou_weight:g} \times ({pair.giou_cost:.4f}) = {pair.cost:.4f}"
        )
        latex(_loss_formula(found))
        st.caption(
            _(
                "The loss of this one photo, as training would see it: the assigned queries learn their object, all "
                "others learn “nothing”. The class term is that of the model's family."
            )
        )


def _loss_formula(found: Matching) -> str:
    weights, losses = found.settings, found.losses
    return (
        rf"L = {weights.class_loss_weight:g} \times {losses['class']:.4f} + {weights.l1_weight:g} \times"
        rf" {losses['l1']:.4f} + {weights.giou_weight:g} \times {losses['giou']:.4f} = {losses['total']:.4f}"
    )


def csv_rows(card: ModelCard, truth: TrueBoxes, found: Matching) -> list[dict[str, downloads.Cell]]:
    """One row for each assigned pair, language-free."""
    return [
        {
            "model": card.key,
            "truth": each.truth,
            "label": truth.labels[each.truth],
            "query": each.query,
            "class_cost": each.class_cost,
            "l1_cost": each.l1_cost,
            "giou_cost": each.giou_cost,
            "cost": each.cost,
            "iou": each.iou,
        }
        for each in found.pairs()
    ]
