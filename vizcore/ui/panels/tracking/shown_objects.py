"""What did the visitor show of each object, in which frames, and what came of it?"""

from __future__ import annotations

import numpy as np
import streamlit as st

from vizcore.history import History
from vizcore.i18n import _
from vizcore.i18n.class_names import class_name
from vizcore.segmentation.prompts import Box, Prompts
from vizcore.tracking.carried import Anchor, PropagatedMasks
from vizcore.tracking.clip import Clip, ClipTruth
from vizcore.ui import url_state
from vizcore.ui.canvas import CanvasEvent
from vizcore.ui.panels.tracking.page_state import KEY
from vizcore.ui.toolbar import Toolbar

Carried = dict[int, PropagatedMasks]  # identity -> its masks
Shown = History[tuple[Anchor, ...]]  # in the order of the showing
OWN_OBJECTS = 4
NEARLY_ALL = 0.8
OPENS_ON = "cat"  # what the bundled segmenter follows best; the people show how a mask drifts


def choose_object(bar: Toolbar, clip: Clip) -> int:
    """An identity of the truth; one of a few numbers where nobody knows the truth."""
    if clip.truth is None:
        texts = {str(who): _("object {n}").format(n=who) for who in range(1, OWN_OBJECTS + 1)}
        default = "1"
    else:
        kinds = _kinds(clip)
        texts = {
            str(who): f"{_('object {n}').format(n=who)} ({class_name(label)})" for who, label in kinds.items()
        }  # fmt: skip
        default = next((str(who) for who, label in kinds.items() if label == OPENS_ON), next(iter(texts)))
    with bar.row:
        name = f"{KEY}.object.{'own' if clip.truth is None else 'known'}"
        return int(url_state.choose_one(_("Object"), texts, key=name, default=default, quiet=True))


def class_place(clip: Clip, identity: int) -> int:
    """Place of the object's class in the truth's names; -1 where nobody knows it."""
    if clip.truth is None:
        return -1
    table = clip.truth.table
    return int(table.classes[table.ids == identity][0])


def shown_of(clip: Clip, identity: int) -> Shown:
    """What was shown of this object; at first its true box in the first frame in which nearly all of it is seen."""
    kept: dict[tuple[str, int], Shown] = st.session_state.setdefault(f"{KEY}.shown", {})
    key = clip.sha256, identity
    if key not in kept:
        kept[key] = Shown(() if clip.truth is None else (_opening(clip.truth, identity),))
    return kept[key]


def show_more(clip: Clip, identity: int, frame: int, masks: PropagatedMasks | None, event: CanvasEvent) -> None:
    """Keeps what a click or a box in this frame, or a button beside it, says of the object."""
    kept: dict[tuple[str, int], Shown] = st.session_state[f"{KEY}.shown"]
    kept[clip.sha256, identity] = after(kept[clip.sha256, identity], frame, masks, event)


def after(shown: Shown, frame: int, masks: PropagatedMasks | None, event: CanvasEvent) -> Shown:
    """The anchors after an event in `frame`; the same object when nothing changed. Clearing the only anchor of an
    object whose truth is unknown leaves none."""
    if event.kind == "undo":
        return shown.undone()
    if event.kind == "redo":
        return shown.redone()
    others = tuple(each for each in shown.now if each.frame != frame)
    if event.kind == "clear":
        return shown.to(others) if others != shown.now else shown
    before = next((each.prompts for each in shown.now if each.frame == frame), None)
    prompts = corrected(before, masks, frame, event)
    return shown if prompts is None else shown.to((*others, Anchor(frame, prompts)))


def _opening(truth: ClipTruth, identity: int) -> Anchor:
    rows = np.flatnonzero(truth.table.ids == identity)
    areas = np.array([truth.masks[each].area for each in rows.tolist()])
    row = int(rows[np.argmax(areas >= NEARLY_ALL * areas.max())])
    x0, y0, x1, y1 = truth.table.boxes_xyxy[row].tolist()
    return Anchor(int(truth.table.frames[row]), Prompts(box_xyxy=(x0, y0, x1, y1)))


def carried_in(clip: Clip, segmenter: str) -> Carried:
    """The masks of all objects of this clip that were followed in this visit, by this segmenter."""
    kept: dict[tuple[str, str], Carried] = st.session_state.setdefault(f"{KEY}.carried", {})
    for other in [key for key in kept if key != (clip.sha256, segmenter)]:
        del kept[other]
    return kept.setdefault((clip.sha256, segmenter), {})


def corrected(before: Prompts | None, masks: PropagatedMasks | None, frame: int, event: CanvasEvent) -> Prompts | None:
    """The prompts of this frame after a box or a click; None for anything else."""
    if event.kind == "box" and event.box_xyxy:
        return Prompts(box_xyxy=event.box_xyxy)
    if event.kind != "point":
        return None
    old = before or Prompts()
    box: Box | None = old.box_xyxy
    if before is None and masks is not None and masks.areas[frame - 1]:
        x0, y0, x1, y1 = masks.boxes_xyxy[frame - 1].tolist()
        box = (x0, y0, x1, y1)
    if box is not None and event.positive:  # what belongs to the object lies in its box
        box = min(box[0], event.x), min(box[1], event.y), max(box[2], event.x), max(box[3], event.y)
    if box is None and not event.positive and not old.points_xy:
        return None  # "not this" alone points at nothing
    return Prompts((*old.points_xy, (event.x, event.y)), (*old.labels, int(event.positive)), box)


def _kinds(clip: Clip) -> dict[int, str]:
    truth = clip.truth
    if truth is None:
        return {}
    return {int(who): truth.class_names[class_place(clip, int(who))] for who in np.unique(truth.table.ids)}
