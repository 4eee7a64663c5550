"""Section: click on a thing, and two segmenters say which pixels belong to it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import number, percent
from vizcore.photo import Photo
from vizcore.prompting.answers import Answered
from vizcore.ui.canvas import CanvasEvent, click_canvas
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.fragments import fragment
from vizcore.ui.headings import coloured_title, model_heading
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.panels.segmentation import candidates, objects, prompt_table
from vizcore.ui.panels.segmentation.canvas_events import after_event
from vizcore.ui.panels.segmentation.canvases import overlay, screen_jpeg
from vizcore.ui.panels.segmentation.inference import ask, looked_at
from vizcore.ui.panels.segmentation.inputs import invitation
from vizcore.ui.panels.segmentation.labels import show_problems, shown_name
from vizcore.ui.panels.segmentation.page_state import PageState, state_for
from vizcore.ui.photo_names import photo_name
from vizcore.zoo.cards import ModelCard

SIDES = {1: 1024, 2: 768}  # longest side of the picture on the screen, by the number of segmenters


def show(photo: Photo, cards: Sequence[ModelCard]) -> None:
    """The photo to click on, once for each segmenter, with the same prompts."""
    state = state_for(photo)
    ready = looked_at(state, photo, cards)
    fragment(lambda: _draw(state, photo, ready))


def _draw(state: PageState, photo: Photo, cards: Sequence[ModelCard]) -> None:
    if not cards:
        return
    show_problems(state.steps.problems)
    objects.show_objects(state, invitation(photo))
    answers = {}
    for column, card in zip(st.columns(len(cards)), cards, strict=True):
        with column:
            model_heading(card)
            answers[card.key] = _show_segmenter(state, photo, card, SIDES.get(len(cards), 768))
    _show_agreement(state, cards, answers)
    objects.show_object_in_hand(state)
    prompt_table.show_prompt_table(state, photo)


def _show_segmenter(state: PageState, photo: Photo, card: ModelCard, side: int) -> list[Answered]:
    """One canvas; what a click there does holds for all of them."""
    steps = state.steps
    place = st.container()  # the picture comes above what went wrong with it
    answered = ask(state, card, state.embeddings[card.key], steps.now.asked)
    current = steps.now.current

    def take(event: CanvasEvent) -> None:
        state.steps = after_event(state.steps, event)

    with place:
        click_canvas(
            f"segmentation.click.{card.key}.{photo.sha256[:16]}",
            screen_jpeg(state, photo, side),
            photo.width,
            photo.height,
            alt=_("{name}, cut out by {model}").format(name=visible(photo_name(photo)), model=visible(card.title)),
            mode="both",
            points=current.points,
            boxes=[current.box] if current.box else [],
            overlay_png=overlay(state, card, photo, answered, side),
            rev=steps.rev,
            on_event=take,
        )
    in_hand = next((each for each in answered if each.asked.number == current.number), None)
    if in_hand:
        candidates.show_candidates(state, photo, card, in_hand)
        if not in_hand.area:
            st.info(_("{model} finds nothing here.").format(model=coloured_title(card)), icon=":material/info:")
        elif card.bundled:
            st.caption(
                _("Not what you meant? {model} is small: one more click, a Shift-click or a box helps it.").format(
                    model=escaped(card.title)
                )
            )
        candidates.show_working(in_hand, state.embeddings[card.key])
    elif current.points and current.only_background:
        st.info(_("Only background so far: click once on the thing itself."), icon=":material/info:")
    return answered


def _show_agreement(state: PageState, cards: Sequence[ModelCard], answers: dict[str, list[Answered]]) -> None:
    """How far two segmenters agree on the object in hand, in words and numbers."""
    number_in_hand = state.steps.now.active
    pair = [each for card in cards for each in answers[card.key] if each.asked.number == number_in_hand]
    if len(pair) != 2:
        return
    from vizcore.metrics.masks import counts_of, iou

    first, second = pair
    key = ("agreement", first.rle, second.rle)
    if key not in state.answers:
        state.remember(key, counts_of(first.mask, second.mask))
    counts = state.answers[key]
    shared, agreement = counts.tp, iou(counts)
    names = [coloured_title(card) for card in cards]
    st.markdown(
        _("**{name}**: the two agree on {share} of what either of them marks (IoU {iou}).").format(
            name=shown_name(first.asked), share=percent(agreement, 0), iou=number(agreement, 3)
        )
    )
    with derivation(_("Agreement")):
        latex(
            rf"\mathrm{{IoU}} = \frac{{|A \cap B|}}{{|A| + |B| - |A \cap B|}} = "
            rf"\frac{{{shared}}}{{{first.area} + {second.area} - {shared}}} = {agreement:.4f}"
        )
        st.markdown(
            _("A: {first}, {a}. B: {second}, {b}.").format(
                first=names[0], second=names[1], a=counted("pixel", first.area), b=counted("pixel", second.area)
            )
        )
