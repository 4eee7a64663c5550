"""Section: one object shown in one frame, its mask carried through the clip, corrected where it drifts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

import numpy as np
import streamlit as st

from vizcore.figures.theme import IN_BOTH, red_green_blue
from vizcore.i18n import _
from vizcore.pictures import display_jpeg, encode_png
from vizcore.tracking.carried import Anchor, PropagatedMasks, PropagateSettings
from vizcore.tracking.clip import Clip
from vizcore.ui import choices
from vizcore.ui.canvas import Point, click_canvas
from vizcore.ui.engine_call import answer
from vizcore.ui.panels.tracking import drift_view, masks_record
from vizcore.ui.panels.tracking.encoded_clip import frames_for
from vizcore.ui.panels.tracking.page_state import KEY
from vizcore.ui.panels.tracking.shown_objects import (
    Shown,
    carried_in,
    choose_object,
    show_more,
    shown_of,
)
from vizcore.ui.panels.tracking.sources import choose_clip
from vizcore.ui.toolbar import Toolbar
from vizcore.zoo.cards import ModelCard


def show(bar: Toolbar) -> None:
    """The clip, the object, the mask in every frame, and corrections."""
    settings = bar.settings()
    chosen = choose_clip(bar, settings)
    cards = bar.models(("promptable", "video"), most=1, default=["sam-mini"], key=f"{KEY}.segmenter")
    if chosen is None or not cards:
        return
    clip, card = chosen[1], cards[0]
    identity = choose_object(bar, clip)
    shown = shown_of(clip, identity)
    key = f"{KEY}.masks.frame.{clip.sha256[:8]}.{identity}"
    opening = min((each.frame for each in shown.now), default=1)
    frame = int(st.session_state.setdefault(key, opening))
    left, right = st.columns(2)
    with right:
        if not shown.now:
            st.info(_("Draw a box around the object in one frame; its mask is then carried to the others."))
        masks = _carried(card, clip, shown.now)
    with left:
        _show_canvas(clip, identity, shown, masks, frame)
        if len(clip) > 1:
            st.slider(_("Frame"), 1, len(clip), key=key)
    carried = carried_in(clip, card.key)
    carried.pop(identity, None)
    if masks is not None:
        carried[identity] = masks
        with right:
            before = _carried(card, clip, shown.past[-1]) if shown.past else None
            drift_view.show(clip, identity, masks, before=before, frame=frame, frame_key=key)
    if carried:
        masks_record.show(clip, carried)


def _carried(card: ModelCard, clip: Clip, anchors: tuple[Anchor, ...]) -> PropagatedMasks | None:
    """The engine keeps the answer, so that before and after a correction cost one look; None without anchors."""
    if not anchors:
        return None
    if card.task == "video":
        from vizcore.tracking.video_memory import propagate_by_memory as operation

        frames: Any = clip.frames
    else:
        from vizcore.tracking.propagation import propagate as operation  # type: ignore[assignment]

        frames = frames_for(card, clip)
    if frames is None:
        return None
    look = cast("Callable[..., PropagatedMasks]", operation)  # the engine answers with the last snapshot's result
    return answer(look, card, frames, PropagateSettings(anchors))


def _show_canvas(clip: Clip, identity: int, shown: Shown, masks: PropagatedMasks | None, frame: int) -> None:
    texts = {"box": _("Draw a box"), "point": _("Click")}
    mode = choices.choose_one(_("Correct by"), texts, key=f"{KEY}.correct", default="point", quiet=True)
    here = next((each.prompts for each in shown.now if each.frame == frame), None)
    width, height = clip.size_wh
    click_canvas(
        f"{KEY}.masks.canvas",
        display_jpeg(clip.frames[frame - 1]),
        width,
        height,
        alt=_("Frame {n} with the mask; draw a box or click to correct it").format(n=frame),
        mode="box" if mode == "box" or masks is None else "point",
        points=[
            Point(x, y, bool(label))
            for (x, y), label in zip(here.points_xy, here.labels, strict=True)
        ] if here else (),
        boxes=(here.box_xyxy,) if here and here.box_xyxy else (),
        overlay_png=None if masks is None else encode_png(_overlay(masks, frame)),
        rev=frame + 1000 * shown.rev,
        on_event=partial(show_more, clip, identity, frame, masks),
    )  # fmt: skip
    st.caption(
        _(
            "A click or a box here corrects this frame; the frames nearer to it than to another shown one follow, in"
            " both directions. Clear takes this frame's correction away."
        )
    )


def _overlay(masks: PropagatedMasks, frame: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    mask = masks.rles[frame - 1].decode()
    layer = np.zeros((*mask.shape, 4), np.uint8)
    layer[mask] = (*red_green_blue(IN_BOTH), 150)
    return layer
