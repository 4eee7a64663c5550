"""Section: a reference mask, and how near to it the masks come with each prompt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vizcore.errors import VizError
from vizcore.figures.masks import compared_png, layer_png, object_colour, shown_size
from vizcore.figures.theme import IN_BOTH, MISSED, TOO_MUCH
from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.i18n.sentences import sentence_for_note
from vizcore.photo import Note, Photo
from vizcore.settings import current
from vizcore.ui.canvas import CanvasEvent, click_canvas
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.error_panel import plain, show_error
from vizcore.ui.fragments import fragment
from vizcore.ui.headings import model_heading
from vizcore.ui.markdown_escape import visible
from vizcore.ui.panels.segmentation import objects
from vizcore.ui.panels.segmentation.canvases import screen_jpeg
from vizcore.ui.panels.segmentation.inference import Answered, Found, ask, looked_at
from vizcore.ui.panels.segmentation.labels import legend, plain_name, show_problems
from vizcore.ui.panels.segmentation.page_state import PageState, state_for
from vizcore.ui.panels.segmentation.prompts import PromptedObject, after_event
from vizcore.ui.panels.segmentation.truth import Reference, after_drawing
from vizcore.ui.panels.segmentation_metrics.formulas import count_ratios, of_counts
from vizcore.ui.tables import show_table
from vizcore.ui.tray.intake import forget_upload
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.metrics.masks import Counts
    from vizcore.segmentation.rle import Rle

SIDE = 768
MOST_PROMPTS = 8  # of one object, the last ones


@dataclass(frozen=True)
class Scores:
    """One mask against the reference: its counts, and every metric in [0, 1] by its name in MASK_METRICS."""

    counts: Counts
    values: Mapping[str, float]


def show(photo: Photo, cards: Sequence[ModelCard]) -> None:
    """The reference to draw or upload, a segmenter to click on, and a table that follows both."""
    state = state_for(photo)
    _show_upload(state, photo)
    ready = looked_at(state, photo, cards)
    fragment(lambda: _draw(state, photo, ready))


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
        state.refusal = None
        try:
            base, state.reference_notes = _mask_from_file(file.getvalue(), file.name, photo)
            state.reference = state.reference.to(Reference(base))
        except VizError as error:
            state.refusal = error
        forget_upload(file)
        st.rerun()
    if state.refusal:
        show_error(state.refusal)
    for note in state.reference_notes:
        st.caption(plain(sentence_for_note(note)))


def _mask_from_file(data: bytes, name: str, photo: Photo) -> tuple[Rle, tuple[Note, ...]]:
    from vizcore.metrics.masks import mask_of_file
    from vizcore.segmentation.exchange.objects import expect_size
    from vizcore.segmentation.rle import encode

    found = mask_of_file(data, name)
    height, width = found.mask.shape
    expect_size((width, height), (photo.width, photo.height), name)
    return encode(found.mask), found.notes


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
    _show_scores(state, cards, reference)
    if answered:
        _show_taking(state, cards[0], answered)


def _show_reference(state: PageState, photo: Photo, reference: NDArray[np.bool_]) -> None:
    st.markdown("#### " + _("Reference"))

    def take(event: CanvasEvent) -> None:
        state.reference = after_drawing(state.reference, event)

    size = shown_size(photo.width, photo.height, SIDE)
    layer = state.once("reference layer", state.reference.rev, lambda: layer_png([reference], [IN_BOTH], size))
    click_canvas(
        f"segmentation.reference.{photo.sha256[:16]}",
        screen_jpeg(state, photo, SIDE),
        photo.width,
        photo.height,
        alt=_("Reference mask of {name}").format(name=visible(photo.name)),
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
            alt=_("{name}, cut out by {model}").format(name=visible(photo.name), model=visible(card.title)),
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


# Numbers


def _show_scores(state: PageState, cards: Sequence[ModelCard], reference: NDArray[np.bool_]) -> None:
    current = state.steps.now.current
    if not state.reference.now.given:
        st.info(_("No reference yet: draw around the thing, or take a mask from a file."), icon=":material/draw:")
        return
    if current.only_background:
        st.info(_("Nothing to compare yet: click on the thing on the right."), icon=":material/ads_click:")
        return
    rows, last = [], None
    for card in cards:
        for asked in grown(current)[-MOST_PROMPTS:]:
            answers = ask(state, card, state.embeddings[card.key], [asked])
            if answers:
                last = _scores(state, answers[0].found, answers[0].rank, reference)
                rows.append(score_row(card, asked, last))
    if last is None:
        return
    st.markdown(_("**{name} after each prompt**").format(name=plain_name(current)))
    show_table(rows)
    st.caption(_("Two empty masks count as in full agreement: 1."))
    _show_working(last, cards[-1])


def grown(asked: PromptedObject) -> list[PromptedObject]:
    """The object as it was after its box and after each click, as far as something said where it is."""
    steps = [replace(asked, points=asked.points[:count]) for count in range(len(asked.points) + 1)]
    return [each for each in steps if not each.only_background]


def score_row(card: ModelCard, asked: PromptedObject, scores: Scores) -> dict[str, str]:
    """One line of the table: the model, its newest prompt, the shares of MASK_METRICS."""
    from vizcore.metrics.masks import MASK_METRICS

    count = len(asked.points) + (asked.box is not None)
    return {
        _("Model"): card.title,
        _("Prompts"): f"{number(count, 0)}: {_newest(asked)}",
    } | {_(MASK_METRICS[name].title): number(value, 3) for name, value in scores.values.items()}


def _newest(asked: PromptedObject) -> str:
    if asked.points:
        point = asked.points[-1]
        sign = _("foreground") if point.positive else _("background")
        return f"{sign} {number(point.x, 0)}, {number(point.y, 0)}"
    return _("box")


def _scores(state: PageState, found: Found, rank: int, reference: NDArray[np.bool_]) -> Scores:
    """Kept for each mask, since boundaries of large photos take a while."""
    key = ("scores", found, rank, state.reference.rev)
    if key not in state.answers:
        state.remember(key, scores_of(reference, found.rles[rank].decode()))
    scores: Scores = state.answers[key]
    return scores


def scores_of(reference: NDArray[np.bool_], mask: NDArray[np.bool_]) -> Scores:
    """Counts and shares of a mask (H, W) against its reference (H, W)."""
    from vizcore.metrics.masks import ComparedMasks, measured

    pair = ComparedMasks(reference, mask)
    return Scores(pair.counts, measured(pair, "share"))


def _show_working(scores: Scores, card: ModelCard) -> None:
    with derivation(_("the last line, {model}").format(model=visible(card.title))):
        for name in count_ratios(scores.counts):
            latex(of_counts(name, scores.counts))
        st.markdown(
            _(
                "TP: pixels in both. FP: in the mask alone. FN: in the reference alone. Boundary IoU is the same "
                "formula with the pixels near each outline only, nearer than 2% of the photo's diagonal."
            )
        )


def _show_taking(state: PageState, card: ModelCard, answered: Answered) -> None:
    def take() -> None:
        state.reference = state.reference.to(Reference(answered.rle))

    st.button(
        _("Make this mask of {model} the reference").format(model=visible(card.title)),
        key="segmentation.reference.take",
        icon=":material/flag:",
        on_click=take,
        help=_("Then correct it by hand, or see how near the other segmenter comes to it."),
    )
