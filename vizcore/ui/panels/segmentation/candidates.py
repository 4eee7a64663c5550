"""What did a segmenter offer for the object in hand? Each candidate as a card with what the model thinks of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vizcore.figures.masks import object_colour, painted
from vizcore.i18n import N_, _
from vizcore.i18n.numbers import number, percent
from vizcore.photo import Photo
from vizcore.pictures import shrunk
from vizcore.prompting.answers import Answered, Found
from vizcore.prompting.editing import picked
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.job_panel import live_picture
from vizcore.ui.panels.segmentation.labels import shown_name
from vizcore.ui.panels.segmentation.page_state import PageState
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.segmentation import ImageEmbedding

CARD_SIDE = 112
RANKS = (N_("Best"), N_("Second"), N_("Third"))


def show_candidates(state: PageState, photo: Photo, card: ModelCard, answered: Answered) -> None:
    """The candidates of one object side by side; a single click has several, more prompts have one."""
    found = answered.found
    if len(found.rles) == 1:
        st.markdown(f":small[{' · '.join(_numbers(found, 0, photo))}]")
        return
    with st.container(horizontal=True, gap="xsmall", key=f"segmentation-candidates-{card.key}"):
        for rank in range(len(found.rles)):
            with st.container(width=CARD_SIDE, gap="xsmall"):
                _show_card(state, photo, card, answered, rank)


def _show_card(state: PageState, photo: Photo, card: ModelCard, answered: Answered, rank: int) -> None:
    asked, found = answered.asked, answered.found
    words = _("{rank} candidate for {name}").format(rank=_(RANKS[rank]), name=shown_name(asked))
    small = state.once("card", photo.sha256, lambda: shrunk(photo.rgb, 2 * CARD_SIDE))
    url = state.once(
        f"card.{card.key}.{rank}",
        (found, asked.number),
        lambda: live_picture(_thumbnail(small, answered, rank)),
    )
    st.image(url, width=CARD_SIDE, alt=words)
    st.markdown("  \n".join(f":small[{each}]" for each in _numbers(found, rank, photo)))  # a line each

    def take() -> None:
        state.steps = picked(state.steps, asked.number, rank)

    chosen = rank == answered.rank
    st.button(
        _("This one") if chosen else _("Take this one"),
        key=f"segmentation.take.{card.key}.{rank}",
        disabled=chosen,
        on_click=take,
        help=words,
    )


def _numbers(found: Found, rank: int, photo: Photo) -> list[str]:
    share = float(found.areas[rank]) / (photo.width * photo.height)
    quality, steady = float(found.predicted_iou[rank]), float(found.stability[rank])
    pieces = [_("{share} of the photo").format(share=percent(share, 1))]
    if math.isfinite(quality):
        pieces.insert(0, _("predicted IoU **{value}**").format(value=number(quality, 2)))
        pieces.insert(1, _("stability {value}").format(value=number(steady, 2)))
    else:
        pieces.append(_("no estimate of its own quality"))
    return pieces


def _thumbnail(small: NDArray[np.uint8], answered: Answered, rank: int) -> NDArray[np.uint8]:
    import cv2

    height, width = small.shape[:2]
    mask = answered.found.rles[rank].decode().astype(np.uint8)
    fitted = np.asarray(cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST_EXACT), bool)
    return painted(small, [fitted], [object_colour(answered.asked.number)], opacity=0.6)


def show_working(answered: Answered, embedding: ImageEmbedding) -> None:
    """How the numbers on the cards came about."""
    from vizcore.segmentation.upsampling import stability_working

    found, rank = answered.found, answered.rank
    if not math.isfinite(float(found.stability[rank])):
        return
    working = stability_working(found.logits[rank], embedding.encoded)
    with derivation(_("Predicted IoU and stability")):
        latex(r"\text{mask} = \{\, \ell > 0 \,\} \qquad \text{stability} = \frac{|\ell > 1|}{|\ell > -1|}")
        latex(rf"= \frac{{{working.inner}}}{{{working.outer}}} = {working.stability:.4f}")
        st.markdown(
            _(
                "The decoder gave {rows} x {columns} logits for the photo; they are enlarged to its {height} x {width} "
                "pixels. The predicted IoU is one more output of the network: its own guess, not a measurement."
            ).format(
                rows=working.rows, columns=working.columns, height=embedding.size_wh[1], width=embedding.size_wh[0]
            )
        )
        if "model" in (times := found.provenance.timing_ms):
            st.markdown(_("This answer took the decoder {ms} ms.").format(ms=number(times["model"], 1)))
        if "model" in (times := embedding.provenance.timing_ms):
            st.markdown(_("The look at the photo before it took {ms} ms, once.").format(ms=number(times["model"], 1)))
