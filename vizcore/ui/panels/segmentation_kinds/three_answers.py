"""Section: the exact truth of a drawn scene as semantic, instance and panoptic segmentation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

import streamlit as st

from vizcore.figures.segments import hexadecimal, segment_colours, segments_picture
from vizcore.i18n import N_, _
from vizcore.i18n.counts import counted
from vizcore.pictures import encode_png
from vizcore.scenes import Scene
from vizcore.segmentation.kinds import KINDS, Kind
from vizcore.segmentation.scene_truth import GROUND_NAME, class_names, truth_of
from vizcore.ui.panels.segmentation_kinds.scene_choice import choose_scene, class_text
from vizcore.ui.tables import show_table

TITLES: dict[Kind, str] = {"semantic": N_("Semantic"), "instance": N_("Instance"), "panoptic": N_("Panoptic")}
QUESTIONS: dict[Kind, str] = {
    "semantic": N_("What is at this pixel?"),
    "instance": N_("Which object is this, and where does it end?"),
    "panoptic": N_("Both, for every pixel, exactly once."),
}


def show() -> None:
    """The scene, its truth in three ways with what each can count, and what that means."""
    scene = choose_scene()
    truth, names = truth_of(scene), class_names(scene)
    things = [name != GROUND_NAME for name in names]
    columns = [*st.columns(2), *st.columns(2)]
    with columns[0]:
        st.markdown("#### " + _("The scene"))
        st.image(encode_png(scene.photo.rgb), width="stretch", alt=_("A drawn scene with overlapping figures"))
        st.caption(_("Drawn by this project: every pixel's truth is known exactly."))
    for column, kind in zip(columns[1:], KINDS, strict=True):
        with column:
            st.markdown(f"#### {_(TITLES[kind])}")
            picture = segments_picture(
                scene.photo.rgb, truth.numbers, truth.class_ids, names, things, kind=kind, ground=GROUND_NAME
            )
            alt = _("The scene's truth as {kind} segmentation").format(kind=_(TITLES[kind]))
            st.image(encode_png(picture), width="stretch", alt=alt)
            st.caption(_(QUESTIONS[kind]) + " " + _answer(scene, kind))
    show_legend(scene, {0, *(int(label) + 1 for label in scene.labels)})
    _show_table(scene)


def _answer(scene: Scene, kind: Kind) -> str:
    objects, classes = len(scene.labels), len(set(scene.labels.tolist()))
    if kind == "semantic":
        return _("Classes: {regions}, the ground among them; nobody can say how many objects.").format(
            regions=classes + 1
        )
    if kind == "instance":
        return _("Objects: {objects}; nothing is said about the ground.").format(objects=objects)
    return _("Segments: {segments}, which are the objects ({objects}) and the ground.").format(
        segments=objects + 1, objects=objects
    )


def show_legend(scene: Scene, shown: Collection[int]) -> None:
    """The colours of these classes of the scene, by their numbers; 0 is the ground."""
    names = class_names(scene)
    places = sorted(shown)
    colours = segment_colours(places, names, [True] * len(names), kind="semantic", ground=GROUND_NAME)  # type: ignore[arg-type]
    pieces = [
        f':color[■]{{foreground="{hexadecimal(colour)}"}} {class_text(names[place])}'
        for place, colour in zip(places, colours, strict=True)
        if colour
    ]
    st.markdown(_("Classes:") + " " + " · ".join(pieces))


def _show_table(scene: Scene) -> None:
    per_class = Counter(scene.names)
    if not per_class:
        st.info(_("An empty scene: one segment of ground, and nothing to count."), icon=":material/info:")
        return
    show_table(
        [
            {
                _("Class"): class_text(name),
                _("Semantic"): _("1 region of {n}").format(n=counted("pixel", int((scene.semantic == place).sum()))),
                _("Instance"): _("objects: {n}").format(n=count),
                _("Panoptic"): _("segments: {n}").format(n=count),
            }
            for place, name in enumerate(scene.class_names, start=1)
            if (count := per_class.get(name, 0))
        ]
        + [
            {
                _("Class"): class_text(GROUND_NAME),
                _("Semantic"): _("1 region of {n}").format(n=counted("pixel", int((scene.semantic == 0).sum()))),
                _("Instance"): _("nothing"),
                _("Panoptic"): _("1 segment"),
            }
        ]
    )
    st.markdown(
        _(
            "Countable things (cats, people) and uncountable stuff (sky, ground) are what sets the three apart. Colour"
            " stands for the class; in the panoptic picture each object has a shade of its own."
        )
    )
