"""Section: click on a thing, and two segmenters say which pixels belong to it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.numbers import number, percent
from vizcore.photo import Photo
from vizcore.ui.canvas import CanvasEvent, click_canvas
from vizcore.ui.fragments import fragment
from vizcore.ui.headings import coloured_title, model_heading
from vizcore.ui.literal import literal, visible
from vizcore.ui.panels.segmentation import candidates, objects, typed
from vizcore.ui.panels.segmentation.asking import Answered, ask, looked_at
from vizcore.ui.panels.segmentation.canvases import overlay, screen_jpeg
from vizcore.ui.panels.segmentation.held import Held, held_for
from vizcore.ui.panels.segmentation.labels import plain_name, show_problems
from vizcore.ui.panels.segmentation.prompts import after_event
from vizcore.ui.panels.segmentation.subject import invitation
from vizcore.ui.working import working
from vizcore.zoo.cards import ModelCard

SIDES = {1: 1024, 2: 768}  # longest side of the picture on the screen, by the number of segmenters


def show(photo: Photo, cards: Sequence[ModelCard]) -> None:
    """The photo to click on, once for each segmenter, with the same prompts."""
    held = held_for(photo)
    ready = looked_at(held, photo, cards)
    fragment(lambda: _draw(held, photo, ready))


def _draw(held: Held, photo: Photo, cards: Sequence[ModelCard]) -> None:
    if not cards:
        return
    show_problems(held.steps.problems)
    objects.show_objects(held, invitation(photo))
    answers = {}
    for column, card in zip(st.columns(len(cards)), cards, strict=True):
        with column:
            model_heading(card)
            answers[card.key] = _show_segmenter(held, photo, card, SIDES.get(len(cards), 768))
    _show_agreement(held, cards, answers)
    objects.show_object_in_hand(held)
    typed.show_typed(held, photo)


def _show_segmenter(held: Held, photo: Photo, card: ModelCard, side: int) -> list[Answered]:
    """One canvas; what a click there does holds for all of them."""
    steps = held.steps
    place = st.container()  # the picture comes above what went wrong with it
    answered = ask(held, card, held.embeddings[card.key], steps.now.asked)
    current = steps.now.current

    def take(event: CanvasEvent) -> None:
        held.steps = after_event(held.steps, event)

    with place:
        click_canvas(
            f"segmentation.click.{card.key}.{photo.sha256[:16]}",
            screen_jpeg(held, photo, side),
            photo.width,
            photo.height,
            alt=_("{name}, cut out by {model}").format(name=visible(photo.name), model=visible(card.title)),
            mode="both",
            points=current.points,
            boxes=[current.box] if current.box else [],
            overlay_png=overlay(held, card, photo, answered, side),
            rev=steps.rev,
            on_event=take,
        )
    in_hand = next((each for each in answered if each.asked.number == current.number), None)
    if in_hand:
        candidates.show_candidates(held, photo, card, in_hand)
        if not in_hand.area:
            st.info(_("{model} finds nothing here.").format(model=coloured_title(card)), icon=":material/info:")
        elif card.bundled:
            st.caption(
                _("Not what you meant? {model} is small: one more click, a Shift-click or a box helps it.").format(
                    model=literal(card.title)
                )
            )
        candidates.show_working(in_hand, held.embeddings[card.key])
    elif current.points and current.only_background:
        st.info(_("Only background so far: click once on the thing itself."), icon=":material/info:")
    return answered


def _show_agreement(held: Held, cards: Sequence[ModelCard], answers: dict[str, list[Answered]]) -> None:
    """How far two segmenters agree on the object in hand, in words and numbers."""
    number_in_hand = held.steps.now.active
    pair = [each for card in cards for each in answers[card.key] if each.asked.number == number_in_hand]
    if len(pair) != 2:
        return
    from vizcore.metrics.masks import counts_of, iou

    first, second = pair
    key = ("agreement", first.rle, second.rle)
    if key not in held.answers:
        held.remember(key, counts_of(first.mask, second.mask))
    counts = held.answers[key]
    shared, agreement = counts.tp, iou(counts)
    names = [coloured_title(card) for card in cards]
    st.markdown(
        _("**{name}**: the two agree on {share} of what either of them marks (IoU {iou}).").format(
            name=plain_name(first.asked), share=percent(agreement, 0), iou=number(agreement, 3)
        )
    )
    with working(_("Agreement")):
        st.latex(
            rf"\mathrm{{IoU}} = \frac{{|A \cap B|}}{{|A| + |B| - |A \cap B|}} = "
            rf"\frac{{{shared}}}{{{first.area} + {second.area} - {shared}}} = {agreement:.4f}"
        )
        st.markdown(
            _("A: {first}, {a} pixels. B: {second}, {b} pixels.").format(
                first=names[0], second=names[1], a=number(first.area, 0), b=number(second.area, 0)
            )
        )
