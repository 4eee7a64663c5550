"""Explain one detection: the object that the visitor picks, and what each detector used to find it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.detection.picking import box_at, same_object
from vizcore.figures.boxes import draw_boxes
from vizcore.figures.overlay import overlay_heatmap
from vizcore.i18n import N_, _
from vizcore.i18n.class_names import class_name
from vizcore.i18n.numbers import percent
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg
from vizcore.results import Heatmap, Result
from vizcore.ui import choices, downloads, url_state
from vizcore.ui.canvas import CanvasEvent, click_canvas
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import model_heading
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.panels.detection.candidates import Proposed, propose_all
from vizcore.ui.panels.detection.choice import choose_card, choose_score
from vizcore.ui.panels.detection.photos import choose_one
from vizcore.ui.panels.detection.words import box_name
from vizcore.ui.photo_names import photo_name
from vizcore.zoo.cards import USUAL_IOU, ModelCard

if TYPE_CHECKING:
    from vizcore.results import Detections

METHODS = {"hirescam": "HiResCAM", "layercam": "LayerCAM", "grad-cam": "Grad-CAM"}
METHOD_NAMES = {**METHODS, "attention": N_("Cross-attention")}
PICTURE_SIDE = 640
BOX = "detection.box"


def show(photos: Sequence[Photo], cards: Sequence[ModelCard]) -> None:
    """Pick a box of one detector; each detector's evidence for the same object follows."""
    from vizcore.detection.choosing import ChoiceSettings

    photo = choose_one(photos)
    proposed = propose_all([photo], cards)
    if not proposed:
        return
    chosen_card = choose_card([each.card for each in proposed], "detection.from")
    least = choose_score(chosen_card.score)
    source = next(each for each in proposed if each.card is chosen_card)
    found = source.chosen(ChoiceSettings(score=least, iou=USUAL_IOU))
    if not len(found):
        st.info(_("{model} finds nothing at this score: lower it.").format(model=escaped(source.card.title)))
        return
    row = _choose_box(source, found)
    method = choices.choose_one(_("Class map"), METHODS, key="detection.map", default="hirescam")
    strength = st.slider(_("Strength of the maps"), 0.0, 1.0, 0.75, 0.05, **url_state.bound("detection.strength"))
    explained = [(each, own_box(each, source, found, row)) for each in proposed]
    results: list[Result] = []
    for column, (each, match) in zip(st.columns(len(explained)), explained, strict=True):
        with column:
            model_heading(each.card)
            results += _show_model(each, match, method, strength)
    if results:
        downloads.show_exports("detection.explain", results)


def own_box(each: Proposed, source: Proposed, found: Detections, row: int) -> Detections | None:
    """The chosen box itself of the detector that it was picked from, another one's box for the same object."""
    return found.take([row]) if each is source else same_object(each.candidates, found, row)


def _choose_box(source: Proposed, found: Detections) -> int:
    """By a click into a box, or from the list; the best box at first."""
    names = [box_name(found, row) for row in range(len(found))]
    url_state.belongs_to(BOX, f"{source.card.key} {source.photo.sha256}")
    left, right = st.columns([3, 2], vertical_alignment="center")
    with right:
        kept = choices.choose_place(_("Box of {model}").format(model=visible(source.card.title)), names, key=BOX)
        st.caption(_("Click into a box on the picture, or choose it here."))

    def clicked(event: CanvasEvent) -> None:
        row = box_at(found, event.x, event.y)
        if event.kind == "point" and row is not None:
            url_state.remember(BOX, [str(row + 1)], default=["1"])

    with left:
        click_canvas(
            "detection.explain.canvas",
            encode_jpeg(draw_boxes(source.photo, found)),
            source.photo.width,
            source.photo.height,
            alt=_("Click a box of {model}").format(model=visible(source.card.title)),
            mode="pick",
            boxes=[_box(found, kept)],
            rev=kept,
            on_event=clicked,
        )
    return kept


def _show_model(each: Proposed, match: Detections | None, method: str, strength: float) -> list[Result]:
    if match is None:
        st.info(_("{model} has no box there, not even a weak one.").format(model=escaped(each.card.title)))
        return []
    label, score = class_name(match.labels[int(match.class_ids[0])]), float(match.scores[0])
    st.markdown(
        _("Its box for the same object: **{label}** {score}").format(label=escaped(label), score=percent(score, 0))
    )
    methods = ["attention", method] if each.card.has_queries else [method]
    maps = [found for name in methods if (found := _map_of(each, match, name)) is not None]
    for heatmap in maps:
        _show_map(each, match, heatmap, strength)
    return list(maps)


def _map_of(each: Proposed, match: Detections, method: str) -> Heatmap | None:
    from vizcore.detection.explain import ExplainSettings, explain_detection

    settings = ExplainSettings(int(match.origin[0]), int(match.class_ids[0]), method)
    found = answer(explain_detection, each.card, each.photo, settings)
    return found if isinstance(found, Heatmap) else None


def _show_map(each: Proposed, match: Detections, heatmap: Heatmap, strength: float) -> None:
    from vizcore.detection.explain import share_inside

    picture = overlay_heatmap(each.photo, heatmap, strength=strength, longest_side=PICTURE_SIDE)
    boxed = draw_boxes(Photo(picture, each.photo.name), match, "none")
    name = method_name(heatmap.method)
    st.image(
        encode_jpeg(boxed),
        width="stretch",
        alt=_("{method} of {model} over {name}").format(
            method=name, model=visible(each.card.title), name=visible(photo_name(each.photo))
        ),
    )
    share, area = share_inside(heatmap, match)
    rows, columns = heatmap.grid.shape
    st.markdown(
        _("**{method}**: {share} of the map lies in the box, which covers {area} of the photo.").format(
            method=name, share=percent(share, 0), area=percent(area, 0)
        )
    )
    st.caption(
        _("{rows} x {columns} cells of {layer}").format(rows=rows, columns=columns, layer=escaped(heatmap.layer))
    )


def method_name(method: str) -> str:
    """As people call it; sampling points are cross-attention at a few places."""
    return _(METHOD_NAMES.get(method, METHOD_NAMES["attention"]))


def _box(found: Detections, row: int) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(value) for value in found.boxes_xyxy[row])
    return x0, y0, x1, y1
