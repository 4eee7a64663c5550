"""What is each detector given? The photo after its letterbox or stretch, and what that does to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.figures.preprocessing import step_picture
from vizcore.i18n import N_, _
from vizcore.i18n.sentences import sentence_for_note
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.engine_call import answer
from vizcore.ui.error_panel import plain
from vizcore.ui.headings import model_heading
from vizcore.ui.markdown_escape import visible
from vizcore.ui.photo_names import photo_name
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.features.preprocessing_view import PreprocessingView

FITS = {
    "letterbox": N_("Letterboxed: the shape of things is kept, grey fills the rest."),
    "stretch": N_("Stretched: no filling, but things change their shape."),
    "resize_shorter_side": N_("Resized: the shape is kept, and the picture's size follows the photo's."),
    "fill_strip": N_("Resized, with filling at two edges up to a whole number of cells."),
}


def show(photo: Photo, cards: Sequence[ModelCard]) -> None:
    """A switch, since few visitors need it; then one column for each detector."""
    if not st.toggle(_("Show what each model is given"), key="detection.given"):
        return
    for column, card in zip(st.columns(len(cards)), cards, strict=True):
        with column:
            model_heading(card)
            _show_one(photo, card)


def _show_one(photo: Photo, card: ModelCard) -> None:
    from vizcore.features.preprocessing_view import PreprocessingView, view_preprocessing

    seen = answer(view_preprocessing, card, photo)
    if not isinstance(seen, PreprocessingView):
        return
    step = next(each for each in reversed(seen.steps) if each.name != "normalise")
    height, width = step.rgb.shape[:2]
    st.image(
        encode_jpeg(step_picture(step.rgb), quality=92),
        width="stretch",
        alt=_("{name} as {model} is given it").format(name=visible(photo_name(photo)), model=visible(card.title)),
    )
    fit = _(FITS[step.name]) if step.name in FITS else ""
    st.markdown(_("**{width} x {height} px.** {fit}").format(width=width, height=height, fit=fit))
    st.markdown("\n".join(f"- {plain(sentence_for_note(effect))}" for effect in seen.effects))
    _show_working(seen)


def _show_working(seen: PreprocessingView) -> None:
    across, down = seen.scale_xy
    with derivation(_("From the photo to the model, and back")):
        latex(r"x_{\text{model}} = s_x\, x + t_x \qquad x = (x_{\text{model}} - t_x) / s_x")
        latex(rf"s_x = {across:.4f},\quad s_y = {down:.4f},\quad s_x / s_y = {seen.aspect_distortion:.4f}")
