"""Section: named repairs of a mask, one after the other, each with its before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vizcore.figures.masks import object_colour, painted
from vizcore.figures.theme import MISSED, TOO_MUCH
from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg, shrunk
from vizcore.prompting.answers import Answered
from vizcore.ui import choices, url_state
from vizcore.ui.headings import model_heading
from vizcore.ui.panels.segmentation import objects
from vizcore.ui.panels.segmentation.inference import ask, looked_at
from vizcore.ui.panels.segmentation.labels import legend, shown_name
from vizcore.ui.panels.segmentation.page_state import PageState, state_for
from vizcore.ui.picture_zoom import zoomed_together
from vizcore.ui.tables import show_table
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.segmentation.cleanup import Cleaned, CleanStep

SIDE = 640
USUAL = ["largest_component", "fill_holes", "smooth"]


def show(photo: Photo, cards: Sequence[ModelCard]) -> None:
    """Steps to choose, and what they do to the object in hand, by each segmenter."""
    state = state_for(photo)
    objects.show_objects(state)
    with st.popover(_("Clean-up steps"), icon=":material/tune:", key="segmentation.cleanup.steps"):
        steps = choose_steps()
    current = state.steps.now.current
    if current.only_background:
        st.info(_("Nothing to clean up yet: point at something in *Click*."), icon=":material/ads_click:")
        return
    ready = looked_at(state, photo, cards)
    for column, card in zip(st.columns(max(1, len(ready))), ready, strict=False):
        with column:
            model_heading(card)
            for answered in ask(state, card, state.embeddings[card.key], [current]):
                _show_stages(state, photo, card, answered, steps)


def choose_steps() -> tuple[CleanStep, ...]:
    """The steps in the order of choosing, and a field for each that takes a value; all in the address."""
    from vizcore.segmentation.cleanup import CLEANUPS, CleanStep

    texts = {name: _(row.label) for name, row in CLEANUPS.items()}
    names = choices.choose_some(
        _("Steps, in this order"), texts, key="segmentation.steps", default=USUAL, most=len(texts)
    )
    valued = [name for name in names if CLEANUPS[name].unit]
    values = dict.fromkeys(names, 0.0)
    for column, name in zip(st.columns(max(1, len(valued))), valued, strict=False):
        row = CLEANUPS[name]
        values[name] = column.number_input(
            f"{_(row.label)} ({row.unit})",
            float(row.least),
            float(row.most),
            float(row.default),
            format="%g",
            help=_(row.meaning),
            **url_state.bound(f"segmentation.step.{name}"),
        )
    return tuple(CleanStep(name, values[name]) for name in names)


def cleaned(state: PageState, card: ModelCard, answered: Answered, steps: Sequence[CleanStep]) -> tuple[Cleaned, ...]:
    """The object's mask after each step, worked out once."""
    from vizcore.segmentation.cleanup import CLEANUPS, clean

    def make() -> tuple[Cleaned, ...]:
        wanted = any(CLEANUPS[step.name].needs_logits for step in steps)
        return clean(answered.mask, steps, answered.logits_on(state.embeddings[card.key].encoded) if wanted else None)

    signature = (answered.found, answered.rank, tuple(steps))
    found: tuple[Cleaned, ...] = state.once(f"cleaned.{card.key}.{answered.asked.number}", signature, make)
    return found


def _show_stages(
    state: PageState, photo: Photo, card: ModelCard, answered: Answered, steps: Sequence[CleanStep]
) -> None:
    from vizcore.segmentation.cleanup import CLEANUPS

    stages = cleaned(state, card, answered, steps)
    before = answered.mask
    after = stages[-1].mask if stages else before
    signature = (answered.found, answered.rank, tuple(steps))
    colour = object_colour(answered.asked.number)
    name = shown_name(answered.asked)
    first = state.once(f"before.{card.key}", signature[:2], lambda: _picture(photo, [before], [colour]))
    second = state.once(
        f"after.{card.key}",
        signature,
        lambda: _picture(photo, [after, after & ~before, before & ~after], [colour, MISSED, TOO_MUCH]),
    )
    with zoomed_together(f"segmentation.cleanup.{card.key}.{photo.sha256}"):
        st.image(first, caption=_("Before"), alt=_("{name} before the clean-up").format(name=name), width="stretch")
        st.image(second, caption=_("After"), alt=_("{name} after the clean-up").format(name=name), width="stretch")
    if stages:
        st.markdown(legend((MISSED, _("added")), (TOO_MUCH, _("removed"))))
        show_table([_row(_(CLEANUPS[each.step.name].label), each) for each in stages])
    if not after.any() and before.any():
        st.info(_("Nothing is left of this mask after these steps."), icon=":material/info:")


def _row(label: str, stage: Cleaned) -> dict[str, str]:
    return {
        _("Clean-up step"): label,
        _("Added"): _("{n} px²").format(n=number(stage.added, 0)),
        _("Removed"): _("{n} px²").format(n=number(stage.removed, 0)),
        _("Area"): _("{n} px²").format(n=number(int(stage.mask.sum()), 0)),
    }


def _picture(photo: Photo, masks: Sequence[NDArray[np.bool_]], colours: Sequence[str]) -> bytes:
    import cv2

    small = shrunk(photo.rgb, SIDE)
    size = small.shape[1], small.shape[0]
    fitted = [cv2.resize(m.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST_EXACT).astype(bool) for m in masks]
    return encode_jpeg(painted(small, fitted, colours, opacity=0.6))
