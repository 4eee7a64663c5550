"""What is really there, for the matching: boxes that the visitor draws, or a drawn scene that knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.class_names import names_of_classes
from vizcore.i18n.numbers import number
from vizcore.photo import Photo
from vizcore.prompting.objects import Box
from vizcore.results import FloatArray
from vizcore.ui import choices, tray, url_state
from vizcore.ui.canvas import CanvasEvent, MarkHistory, applied, click_canvas
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.photo_names import photo_name

MOST_BOXES = 8
SCENE_OBJECTS = 4
MOST_SEEDS = 999


@dataclass(frozen=True)
class TrueBoxes:
    """The photo, and what is there: boxes_xyxy (n, 4) in its pixels and a label each."""

    photo: Photo
    boxes_xyxy: FloatArray
    labels: tuple[str, ...]

    def of_classes(self, known: Sequence[str]) -> TrueBoxes:
        """Only what has one of these classes."""
        rows = [row for row, label in enumerate(self.labels) if label in known]
        return TrueBoxes(self.photo, self.boxes_xyxy[rows], tuple(self.labels[row] for row in rows))


def choose_truth(photo: Photo, known: Sequence[str]) -> TrueBoxes | None:
    """known: the model's classes. None after saying what is missing."""
    texts = {"scene": _("A drawn scene"), "draw": _("Boxes that I draw")}
    source = choices.choose_one(_("What is there"), texts, key="detection.truth", default="scene")
    return _of_scene(known) if source == "scene" else _drawn(photo, known)


def _of_scene(known: Sequence[str]) -> TrueBoxes | None:
    from vizcore.scenes import CLASS_NAMES, SceneSettings, draw_scene

    classes = tuple(name for name in CLASS_NAMES if name in known)
    if not classes:
        st.info(_("The scenes have none of this model's classes; draw boxes instead."), icon=":material/info:")
        return None
    left, right = st.columns(2)
    with left:
        count = st.slider(_("Objects"), 1, MOST_BOXES, SCENE_OBJECTS, **url_state.bound("detection.objects"))
    with right:
        seed = st.number_input(_("Seed of the scene"), 0, MOST_SEEDS, 3, **url_state.bound("detection.scene"))
    scene = draw_scene(SceneSettings(seed=int(seed), objects=int(count), classes=classes))
    return TrueBoxes(scene.photo, scene.boxes_xyxy, tuple(scene.names))


def _drawn(photo: Photo, known: Sequence[str]) -> TrueBoxes | None:
    """A class is chosen before its box is dragged; undo and redo keep both together."""
    held = f"detection.drawn.{photo.sha256}"
    history: MarkHistory = st.session_state.get(held, MarkHistory())
    classes: dict[Box, str] = st.session_state.setdefault(f"{held}.classes", {})
    label = st.selectbox(_("Class of the next box"), list(known), key="detection.drawn.class")

    def keep(event: CanvasEvent) -> None:
        if event.kind == "box" and event.box_xyxy:
            classes[event.box_xyxy] = st.session_state.get("detection.drawn.class", label)
        st.session_state[held] = applied(st.session_state.get(held, MarkHistory()), event, most_boxes=MOST_BOXES)

    click_canvas(
        "detection.truth.canvas",
        tray.state.display(photo),
        photo.width,
        photo.height,
        alt=_("Drag boxes on {name}").format(name=visible(photo_name(photo))),
        mode="box",
        boxes=history.now.boxes,
        rev=history.rev,
        on_event=keep,
    )
    boxes = history.now.boxes
    if not boxes:
        st.info(_("Choose a class and drag a box around an object, up to {n} of them.").format(n=MOST_BOXES))
        return None
    drawn = TrueBoxes(photo, np.array(boxes, np.float64), tuple(classes.get(box, label) for box in boxes))
    named = [f"{number(place, 0)} · {escaped(each)}" for place, each in enumerate(drawn.labels, start=1)]
    st.caption(_("Drawn: {boxes}").format(boxes=", ".join(named)))
    truth = drawn.of_classes(known)
    if absent := sorted(set(drawn.labels) - set(known)):
        names = escaped(", ".join(names_of_classes(absent)))
        st.caption(_("Boxes of classes that this model does not know are left out: {names}.").format(names=names))
    return truth if truth.labels else None
