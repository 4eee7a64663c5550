"""Section: a detector's boxes become prompts, and the masks are measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from vizcore.figures.masks import object_colour, painted
from vizcore.i18n import _
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import number
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg, shrunk
from vizcore.prompting.answers import Answered
from vizcore.prompting.editing import boxed, objects_of
from vizcore.prompting.objects import Box
from vizcore.ui import choices, pickers, url_state
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import model_heading
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.panels.segmentation.inference import ask, looked_at
from vizcore.ui.panels.segmentation.labels import show_problems
from vizcore.ui.panels.segmentation.measured import choose_scale, show_measures
from vizcore.ui.panels.segmentation.page_state import PageState, state_for
from vizcore.ui.shared_boxes import boxes_for
from vizcore.zoo.cards import USUAL_IOU, USUAL_SCORE, ModelCard

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE = 768
FLOOR = 0.01
Named = list[tuple[Box, str]]


def show(photo: Photo, cards: Sequence[ModelCard]) -> None:
    """Objects from one of three places, their masks by each segmenter, and what the masks measure."""
    state = state_for(photo)
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    with left:
        source = _choose_source(photo)
    boxes = None if source == "mine" else _boxes(source, photo, middle, right)
    if boxes is None and source != "mine":
        return
    things = list(state.steps.now.asked) if boxes is None else objects_of(boxes)
    if not things:
        st.info(_("Nothing to cut out: lower the score, or point at something in *Click*."), icon=":material/info:")
        return
    if boxes and len(boxes) > len(things):
        st.caption(_("The first {n} of {total} boxes.").format(n=len(things), total=len(boxes)))
    ready = looked_at(state, photo, cards)
    answers: dict[str, list[Answered]] = {}
    for column, card in zip(st.columns(max(1, len(ready))), ready, strict=False):
        with column:
            model_heading(card)
            answers[card.key] = ask(state, card, state.embeddings[card.key], things)
            _show_picture(state, photo, card, answers[card.key])
    scale = choose_scale()
    for column, card in zip(st.columns(max(1, len(ready))), ready, strict=False):
        with column:
            show_measures(state, card, answers[card.key], scale, key="segmentation.boxes")
    if boxes:
        _show_taking(state, boxes)


def _choose_source(photo: Photo) -> str:
    """ "page", "here" or "mine"."""
    handed = boxes_for(photo.sha256)
    texts = {"here": _("Run a detector here"), "mine": _("My objects from Click")}
    if len(handed):
        texts = {"page": _("From the Detection page ({n})").format(n=len(handed)), **texts}
    return choices.choose_from(
        _("Where the prompts come from"), texts, key="segmentation.boxes", default=next(iter(texts))
    )


def _boxes(source: str, photo: Photo, middle: Any, right: Any) -> Named | None:
    """None where a choice is still open; [] where nothing was found."""
    if source == "here":
        return _detected(photo, middle, right)
    handed = boxes_for(photo.sha256)
    if handed.source:
        st.caption(_("Found by {model}.").format(model=escaped(handed.source)))
    return list(zip(handed.boxes_xyxy, handed.labels, strict=True))


def _detected(photo: Photo, middle: Any, right: Any) -> Named | None:
    from vizcore.detection.candidates import ProposeSettings, propose
    from vizcore.detection.choosing import ChoiceSettings, choose

    with middle.popover(_("Detector"), icon=":material/select_all:", key="segmentation.detector.fold", width="stretch"):
        picked = pickers.pick_models("segmentation.detector", "detect", most=1, default=["yolo-mini"])
        pickers.show_facts(picked)
    cards = pickers.ready_models(picked, "segmentation.detector")
    usual = cards[0].score if cards else USUAL_SCORE
    score = right.slider(_("Least score"), FLOOR, 1.0, usual, 0.01, **url_state.bound("segmentation.score"))
    if not cards:
        return None
    candidates = answer(propose, cards[0], photo, ProposeSettings(floor=FLOOR))
    if candidates is None:
        return None
    found = choose(candidates, ChoiceSettings(score=score, iou=USUAL_IOU))
    names = [found.labels[index] for index in found.class_ids.tolist()]
    return [((x0, y0, x1, y1), name) for (x0, y0, x1, y1), name in zip(found.boxes_xyxy.tolist(), names, strict=True)]


def _show_picture(state: PageState, photo: Photo, card: ModelCard, answered: Sequence[Answered]) -> None:
    signature = tuple((each.found, each.rank, each.asked.number) for each in answered)
    jpeg = state.once(f"boxes.{card.key}", signature, lambda: encode_jpeg(boxes_and_masks(photo, answered)))
    words = _("{n} by {model}").format(n=counted("mask", len(answered)), model=visible(card.title))
    st.image(jpeg, alt=words, width="stretch")


def boxes_and_masks(photo: Photo, answered: Sequence[Answered]) -> NDArray:  # type: ignore[type-arg]
    """The photo for the screen with each object's mask and box in its colour."""
    import cv2

    from vizcore.figures.theme import LINE_WIDTH, red_green_blue

    small = shrunk(photo.rgb, SIDE)
    height, width = small.shape[:2]
    colours = [object_colour(each.asked.number) for each in answered]
    masks = [
        cv2.resize(each.mask.astype("uint8"), (width, height), interpolation=cv2.INTER_NEAREST_EXACT).astype(bool)
        for each in answered
    ]
    picture = painted(small, masks, colours)
    for each, colour in zip(answered, colours, strict=True):
        if each.asked.box:
            scale = width / photo.width, height / photo.height
            x0, y0, x1, y1 = (round(end * factor) for end, factor in zip(each.asked.box, scale * 2, strict=True))
            cv2.rectangle(picture, (x0, y0), (x1 - 1, y1 - 1), red_green_blue(colour), LINE_WIDTH - 1)
    return picture


def _show_taking(state: PageState, boxes: Named) -> None:
    def take() -> None:
        state.steps = boxed(state.steps, boxes)

    st.button(
        _("Work on these objects in Click"),
        key="segmentation.boxes.take",
        icon=":material/ads_click:",
        on_click=take,
        help=_("Adds each box as an object of its own, to correct with clicks, to clean up and to export."),
    )
    show_problems(state.steps.problems)
    st.caption(_("Objects so far: {n}").format(n=number(len(state.steps.now.asked), 0)))
