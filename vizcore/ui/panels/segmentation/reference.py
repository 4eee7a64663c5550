"""Section: a reference mask, and how near to it the masks come with each prompt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vizcore.errors import VizError
from vizcore.figures.masks import compared_png, layer_png, object_colour, shown_size
from vizcore.figures.theme import IN_BOTH, MISSED, TOO_MUCH
from vizcore.i18n import _
from vizcore.i18n.sentences import sentence_for_note
from vizcore.photo import Photo
from vizcore.prompting.answers import Answered
from vizcore.prompting.from_file import reference_from_file
from vizcore.settings import current
from vizcore.ui.canvas import CanvasEvent, click_canvas
from vizcore.ui.error_panel import plain, show_error
from vizcore.ui.fragments import fragment
from vizcore.ui.headings import model_heading
from vizcore.ui.markdown_escape import visible
from vizcore.ui.panels.segmentation import objects
from vizcore.ui.panels.segmentation.canvas_events import after_drawing, after_event
from vizcore.ui.panels.segmentation.canvases import screen_jpeg
from vizcore.ui.panels.segmentation.inference import ask, looked_at
from vizcore.ui.panels.segmentation.labels import legend, show_problems
from vizcore.ui.panels.segmentation.page_state import PageState, state_for
from vizcore.ui.panels.segmentation.reference_scores import show_scores
from vizcore.ui.panels.segmentation.truth import Reference
from vizcore.ui.photo_names import photo_name
from vizcore.ui.tray.intake import forget_upload
from vizcore.zoo.cards import ModelCard

SIDE = 768


def show(photo: Photo, cards: Sequence[ModelCard]) -> None:
    """The reference to draw or upload, a segmenter to click on, and a table that follows both."""
    state = state_for(photo)
    _show_upload(state, photo)
    ready = looked_at(state, photo, cards)

    def draw() -> None:
        _show_said_of_file(state)
        _draw(state, photo, ready)

    fragment(draw)


def _show_upload(state: PageState, photo: Photo) -> None:
    with st.expander(_("A reference from a file"), icon=":material/upload_file:"):
        file = st.file_uploader(
            _("Mask: bright is inside, dark is outside; {width} x {height} pixels").format(
                width=photo.width, height=photo.height
            ),
            key=f"segmentation.reference.file.{state.generation}",
            max_upload_size=int(current().file_limit_mb),
        )
    if file is not None:
        state.generation += 1
        try:
            base, notes = reference_from_file(file.getvalue(), file.name, photo)
            state.refer_to(state.reference.to(Reference(base)), notes)
        except VizError as error:
            state.reference_refusal = error
        forget_upload(file)
        st.rerun()


def _show_said_of_file(state: PageState) -> None:
    """Redrawn with the canvas: what is drawn or taken ends it."""
    if state.reference_refusal:
        show_error(state.reference_refusal)
    for note in state.reference_notes:
        st.caption(plain(sentence_for_note(note)))


def _draw(state: PageState, photo: Photo, cards: Sequence[ModelCard]) -> None:
    if not cards:
        return
    st.markdown(_("**Draw around the thing on the left, then click on it on the right.**"))
    show_problems(state.steps.problems)
    objects.show_objects(state)
    reference = state.once(
        "reference", state.reference.rev, lambda: state.reference.now.mask(photo.width, photo.height)
    )
    left, right = st.columns(2)
    with left:
        _show_reference(state, photo, reference)
    with right:
        answered = _show_segmenter(state, photo, cards[0], reference)
    show_scores(state, cards, reference)
    if answered:
        _show_taking(state, cards[0], answered)


def _show_reference(state: PageState, photo: Photo, reference: NDArray[np.bool_]) -> None:
    st.markdown("#### " + _("Reference"))

    def take(event: CanvasEvent) -> None:
        state.refer_to(after_drawing(state.reference, event))

    size = shown_size(photo.width, photo.height, SIDE)
    layer = state.once("reference layer", state.reference.rev, lambda: layer_png([reference], [IN_BOTH], size))
    click_canvas(
        f"segmentation.reference.{photo.sha256[:16]}",
        screen_jpeg(state, photo, SIDE),
        photo.width,
        photo.height,
        alt=_("Reference mask of {name}").format(name=visible(photo_name(photo))),
        mode="draw",
        overlay_png=layer if state.reference.now.given else None,
        rev=state.reference.rev,
        on_event=take,
    )


def _show_segmenter(state: PageState, photo: Photo, card: ModelCard, reference: NDArray[np.bool_]) -> Answered | None:
    model_heading(card)
    steps, place = state.steps, st.container()
    current = steps.now.current
    answers = ask(state, card, state.embeddings[card.key], [current] if not current.only_background else [])
    answered = answers[0] if answers else None

    def take(event: CanvasEvent) -> None:
        state.steps = after_event(state.steps, event)

    with place:
        click_canvas(
            f"segmentation.compared.{card.key}.{photo.sha256[:16]}",
            screen_jpeg(state, photo, SIDE),
            photo.width,
            photo.height,
            alt=_("{name}, cut out by {model}").format(name=visible(photo_name(photo)), model=visible(card.title)),
            mode="both",
            points=current.points,
            boxes=[current.box] if current.box else [],
            overlay_png=_compared(state, photo, answered, reference) if answered else None,
            rev=steps.rev,
            on_event=take,
        )
        if state.reference.now.given:
            st.markdown(legend((IN_BOTH, _("in both")), (MISSED, _("missed")), (TOO_MUCH, _("too much"))))
    return answered


def _compared(state: PageState, photo: Photo, answered: Answered, reference: NDArray[np.bool_]) -> bytes:
    size = shown_size(photo.width, photo.height, SIDE)
    signature = (answered.found, answered.rank, answered.asked.number, state.reference.rev)
    if not state.reference.now.given:
        colour = object_colour(answered.asked.number)
        return state.once("compared", signature, lambda: layer_png([answered.mask], [colour], size))  # type: ignore[no-any-return]
    return state.once("compared", signature, lambda: compared_png(answered.mask, reference, size))  # type: ignore[no-any-return]


def _show_taking(state: PageState, card: ModelCard, answered: Answered) -> None:
    def take() -> None:
        state.refer_to(state.reference.to(Reference(answered.rle)))

    st.button(
        _("Make this mask of {model} the reference").format(model=visible(card.title)),
        key="segmentation.reference.take",
        icon=":material/flag:",
        on_click=take,
        help=_("Then correct it by hand, or see how near the other segmenter comes to it."),
    )
