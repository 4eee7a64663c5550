"""Inside YOLO: everything that it proposes, who suppresses whom, and what a wrong threshold costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.figures.boxes import LabelStyle, draw_boxes
from vizcore.i18n import N_, _
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import number
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg
from vizcore.ui import choices, downloads, url_state
from vizcore.ui.fragments import fragment
from vizcore.ui.headings import coloured_title, model_heading
from vizcore.ui.markdown_escape import visible
from vizcore.ui.panels.detection import nms_cost, nms_steps
from vizcore.ui.panels.detection.candidates import Proposed, propose_one
from vizcore.ui.panels.detection.choice import choose_card, choose_iou, choose_score
from vizcore.ui.panels.detection.photos import choose_one
from vizcore.ui.photo_names import photo_name
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.detection.choosing import ChoiceSettings, ChoiceSteps

MOST_DRAWN = 500  # of the candidates before NMS


@dataclass(frozen=True)
class Method:
    """One way of suppressing. title: to be translated. method, agnostic: as `ChoiceSettings` has them."""

    title: str
    method: str
    agnostic: bool = False


METHODS = {
    "greedy": Method(N_("Within each class"), "greedy"),
    "agnostic": Method(N_("Across classes"), "greedy", agnostic=True),
    "soft-linear": Method(N_("Soft-NMS, linear"), "soft_linear"),
    "soft-gaussian": Method(N_("Soft-NMS, Gaussian"), "soft_gaussian"),
}


def show(photos: Sequence[Photo], cards: Sequence[ModelCard]) -> None:
    """One block for each chosen detector that needs NMS."""
    needy = [card for card in cards if card.facts.get("needs_nms")]
    if not needy:
        st.info(_("Choose a YOLO above to see what NMS does."), icon=":material/info:")
        return
    photo = choose_one(photos)
    card = choose_card(needy, "detection.inside")
    model_heading(card)
    if proposed := propose_one(photo, card):
        fragment(lambda: _show_inside(proposed))
    for card in cards:
        if card not in needy:
            st.markdown(
                _("{model} needs no NMS: it was trained to give one box for each object.").format(
                    model=coloured_title(card)
                )
            )


def _show_inside(each: Proposed) -> None:
    from vizcore.detection.choosing import choose_step_by_step

    settings = _choose_settings(each.card)
    steps = choose_step_by_step(each.candidates, settings)
    _show_before_and_after(each, steps, settings)
    nms_steps.show(each, steps, settings)
    nms_cost.show(each, settings)
    downloads.show_exports("detection.nms", [steps], table=nms_steps.csv_rows(each, steps))


def _choose_settings(card: ModelCard) -> ChoiceSettings:
    from vizcore.detection.choosing import ChoiceSettings

    titles = {key: _(each.title) for key, each in METHODS.items()}
    first, left, right = st.columns(3)
    with first:
        chosen = METHODS[choices.choose_from(_("Suppression"), titles, key="detection.nms", default="greedy")]
    with left:
        score = choose_score(card.score)
    with right:
        if chosen.method == "soft_gaussian":
            sigma = st.slider(
                _("Width of the Gaussian, sigma"), 0.1, 2.0, 0.5, 0.1, **url_state.bound("detection.sigma")
            )
            return ChoiceSettings(score=score, method=chosen.method, sigma=sigma)
        iou = choose_iou(True)
    return ChoiceSettings(score=score, iou=iou, method=chosen.method, agnostic=chosen.agnostic)


def _show_before_and_after(each: Proposed, steps: ChoiceSteps, settings: ChoiceSettings) -> None:
    from vizcore.detection.choosing import ChoiceSettings, choose

    before = choose(each.candidates, ChoiceSettings(score=settings.score, iou=1.0, limit=MOST_DRAWN))
    passing = len(each.candidates) - steps.left_out["score"] - steps.left_out["unusable"]
    left, right = st.columns(2)
    for column, boxes, title in (
        (left, before, _("Before NMS: {n}").format(n=counted("box", passing))),
        (right, steps.detections, _("After NMS: {n}").format(n=counted("box", len(steps.detections)))),
    ):
        with column:
            st.markdown(f"**{title}**")
            style: LabelStyle = "none" if boxes is before else "class and score"
            st.image(
                encode_jpeg(draw_boxes(each.photo, boxes, style)),
                width="stretch",
                alt=f"{title}, {visible(photo_name(each.photo))}",
            )
    st.markdown(_flow_words(each, steps, settings))
    if passing > MOST_DRAWN:
        st.caption(_("Of the boxes before NMS the best {n} are drawn.").format(n=number(MOST_DRAWN, 0)))


def _flow_words(each: Proposed, steps: ChoiceSteps, settings: ChoiceSettings) -> str:
    return _(
        "{total} with a score of at least {floor}; left out by the least score of {least}: **{score}**, "
        "by NMS: **{nms}**; left: **{kept}**."
    ).format(
        total=counted("candidate", len(each.candidates)),
        floor=number(each.candidates.floor, 3),
        score=number(steps.left_out["score"], 0),
        least=number(settings.score, 2),
        nms=number(steps.left_out["nms"], 0),
        kept=number(len(steps.detections), 0),
    )
