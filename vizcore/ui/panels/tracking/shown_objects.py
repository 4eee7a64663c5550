"""What did the visitor show of each object, in which frames, and what came of it?"""

from __future__ import annotations

import streamlit as st

from vizcore.history import History
from vizcore.i18n import _
from vizcore.i18n.class_names import class_name
from vizcore.segmentation.prompts import Prompts
from vizcore.tracking.carried import Anchor, PropagatedMasks
from vizcore.tracking.clip import Clip
from vizcore.tracking.corrections import corrected, opening_anchor
from vizcore.ui import choices
from vizcore.ui.canvas import CanvasEvent
from vizcore.ui.panels.tracking.page_state import KEY
from vizcore.ui.toolbar import Toolbar

Carried = dict[int, PropagatedMasks]  # identity -> its masks
Shown = History[tuple[Anchor, ...]]  # in the order of the showing
OWN_OBJECTS = 4
OPENS_ON = "cat"  # what the bundled segmenter follows best; the people show how a mask drifts


def choose_object(bar: Toolbar, clip: Clip) -> int:
    """An identity of the truth; one of a few numbers where nobody knows the truth."""
    if clip.truth is None:
        texts = {str(who): _("object {n}").format(n=who) for who in range(1, OWN_OBJECTS + 1)}
        default = "1"
    else:
        kinds = clip.truth.labels()
        texts = {
            str(who): f"{_('object {n}').format(n=who)} ({class_name(label)})" for who, label in kinds.items()
        }  # fmt: skip
        default = next((str(who) for who, label in kinds.items() if label == OPENS_ON), next(iter(texts)))
    with bar.row:
        name = f"{KEY}.object.{'own' if clip.truth is None else 'known'}"
        return int(choices.choose_one(_("Object"), texts, key=name, default=default, quiet=True))


def shown_of(clip: Clip, identity: int) -> Shown:
    """What was shown of this object; at first its true box in the first frame in which nearly all of it is seen."""
    kept = _kept()
    key = clip.sha256, identity
    if key not in kept:
        kept[key] = Shown(() if clip.truth is None else (opening_anchor(clip.truth, identity),))
    return kept[key]


def show_more(clip: Clip, identity: int, frame: int, masks: PropagatedMasks | None, event: CanvasEvent) -> None:
    """Keeps what a click or a box in this frame, or a button beside it, says of the object."""
    _kept()[clip.sha256, identity] = after(shown_of(clip, identity), frame, masks, event)


def _kept() -> dict[tuple[str, int], Shown]:
    """What was shown in this session, by clip and object."""
    kept: dict[tuple[str, int], Shown] = st.session_state.setdefault(f"{KEY}.shown", {})
    return kept


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
    prompts = None
    if event.kind == "box" and event.box_xyxy:
        prompts = Prompts(box_xyxy=event.box_xyxy)
    elif event.kind == "point":
        prompts = corrected(before, masks, frame, (event.x, event.y), positive=event.positive)
    return shown if prompts is None else shown.to((*others, Anchor(frame, prompts)))


def carried_in(clip: Clip, segmenter: str) -> Carried:
    """The masks of all objects of this clip that were followed in this visit, by this segmenter."""
    kept: dict[tuple[str, str], Carried] = st.session_state.setdefault(f"{KEY}.carried", {})
    for other in [key for key in kept if key != (clip.sha256, segmenter)]:
        del kept[other]
    return kept.setdefault((clip.sha256, segmenter), {})
