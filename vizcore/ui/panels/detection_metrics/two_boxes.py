"""Section: IoU, GIoU, DIoU and CIoU of two boxes that are drawn with the mouse, the keyboard or numbers."""

from __future__ import annotations

from typing import Any

import streamlit as st

from vizcore.detection.boxes import Overlap, overlap_working
from vizcore.figures.box_overlap import overlap_layer
from vizcore.figures.theme import IN_BOTH, MISSED, TOO_MUCH
from vizcore.i18n import N_, _
from vizcore.i18n.numbers import decimal
from vizcore.i18n.pieces import named
from vizcore.pictures import display_jpeg, encode_png
from vizcore.scenes import draw_scene
from vizcore.ui import downloads, url_refusals, url_state
from vizcore.ui.canvas import CanvasEvent, click_canvas
from vizcore.ui.derivation import area, derivation, latex, term
from vizcore.ui.fragments import fragment
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.detection_metrics.box_history import (
    HEIGHT,
    NEAR,
    SCENE,
    WIDTH,
    Box,
    Boxes,
    box_in,
    box_text,
    first_boxes,
    roomiest,
)
from vizcore.ui.panels.detection_metrics.page_state import KEY
from vizcore.ui.told import told

CORNERS = (N_("left"), N_("top"), N_("right"), N_("bottom"))
BESIDE: tuple[Box, ...] = (
    (1.15, 0.1, 1.75, 0.8),
    (-0.75, 0.1, -0.15, 0.8),
    (0.1, 1.15, 0.8, 1.75),
    (0.1, -0.75, 0.8, -0.15),
)
# What it is called, and where B may stand in shares of A's sides: where it has the most room in the picture.
PRESETS: dict[str, tuple[str, tuple[Box, ...]]] = {
    "near": (N_("A good detection"), (NEAR,)),
    "inside": (N_("One inside the other"), ((0.25, 0.25, 0.75, 0.75),)),
    "apart": (N_("Not touching"), BESIDE),
    "shape": (N_("Same centre, other shape"), ((0.0, 0.3, 1.0, 0.7),)),
    "same": (N_("The same"), ((0.0, 0.0, 1.0, 1.0),)),
}
USES = {
    "iou": ("IoU", N_("decides what is right in AP, and what NMS drops; 0 for all boxes that do not meet")),
    "giou": ("GIoU", N_("under 0 when apart, so that a loss can pull boxes together (DETR)")),
    "diou": ("DIoU", N_("counts how far the centres are apart; also for NMS")),
    "ciou": ("CIoU", N_("DIoU that also compares the aspect ratios (YOLO's loss)")),
}


def show() -> None:
    """The canvas with both boxes, four numbers, and every step of them."""
    fragment(_show)


def _show() -> None:
    boxes = _boxes()
    left, right = st.columns([3, 2])
    with left:
        _show_presets(boxes)
        texts = {"a": _("box A (the truth)"), "b": _("box B (found)")}
        dragged = st.segmented_control(
            _("The mouse draws"), list(texts), format_func=texts.__getitem__, default="b", required=True,
            key=f"{KEY}.dragged",
        )  # fmt: skip
        found = overlap_working(boxes.edges["a"], boxes.edges["b"])
        _show_canvas(boxes, found, dragged or "b")
        _say_refused()
        _show_numbers_inputs(boxes)
    with right:
        _show_measures(found)
    _show_working(found)
    rows: list[dict[str, downloads.Cell]] = [{"measure": name, "value": getattr(found, name)} for name in USES]
    downloads.download_csv(rows, name="two-boxes", key=f"{KEY}.two.csv")


def _boxes() -> Boxes:
    """Both boxes as they are now: a link's count once, what is drawn afterwards stands in the address."""
    state: Boxes = st.session_state.setdefault(f"{KEY}.boxes", first_boxes())
    for which, first in first_boxes().edges.items():
        key = f"{KEY}.{which}"
        url_state.hold(key, [now := box_text(state.edges[which])])
        asked = url_state.remembered_text(key, box_text(first), lambda text: box_in(text) is not None)
        if asked != now and (box := box_in(asked)):
            state.change(which, box)
    return state


def _say_refused() -> None:
    """A box in the address that is none."""
    for which in ("a", "b"):
        words = _("left,top,right,bottom in whole pixels within {width} x {height}").format(width=WIDTH, height=HEIGHT)
        url_refusals.say(f"{KEY}.{which}", words)


def _show_presets(boxes: Boxes) -> None:
    with st.container(horizontal=True, gap="small"):
        for name, (words, several) in PRESETS.items():
            st.button(
                _(words), key=f"{KEY}.preset.{name}",
                on_click=lambda several=several: boxes.change("b", roomiest(boxes.edges["a"], several)),
            )  # fmt: skip


def _show_canvas(boxes: Boxes, found: Overlap, dragged: str) -> None:
    def take(event: CanvasEvent) -> None:
        if event.kind == "box" and event.box_xyxy:
            x0, y0, x1, y1 = (float(round(edge)) for edge in event.box_xyxy)
            if x1 > x0 and y1 > y0:
                boxes.change(dragged, (x0, y0, x1, y1))
        elif event.kind == "undo":
            boxes.undo()
        elif event.kind == "redo":
            boxes.redo()
        elif event.kind == "clear":
            boxes.reset()

    click_canvas(
        f"{KEY}.canvas",
        _background(),
        WIDTH,
        HEIGHT,
        alt=_("A drawn cat with box A, box B and their overlap; drag to draw a box"),
        mode="box",
        overlay_png=encode_png(overlap_layer(found, WIDTH, HEIGHT)),
        opacity=1.0,
        rev=boxes.rev,
        on_event=take,
    )
    legend = {MISSED: _("only A"), TOO_MUCH: _("only B"), IN_BOTH: _("both"), "#808080": _("hull (dotted)")}
    st.markdown(":small[" + " · ".join(f':color[■]{{foreground="{c}"}} {words}' for c, words in legend.items()) + "]")


@st.cache_data(show_spinner=False)
def _background() -> bytes:
    return display_jpeg(draw_scene(SCENE).photo)


def _show_numbers_inputs(boxes: Boxes) -> None:
    with st.expander(_("The edges as numbers"), icon=":material/pin:"):
        for which in ("a", "b"):
            for side, column in enumerate(st.columns(4)):
                _edge_input(boxes, which, side, column)


def _edge_input(boxes: Boxes, which: str, side: int, column: Any) -> None:
    key = f"{KEY}.edge.{which}.{side}"
    st.session_state[key] = int(boxes.edges[which][side])

    def keep(edge: float) -> None:
        edges = list(boxes.edges[which])
        edges[side] = float(edge)
        boxes.change(which, (edges[0], edges[1], edges[2], edges[3]))

    most = WIDTH if side % 2 == 0 else HEIGHT
    column.number_input(named(which.upper(), _(CORNERS[side])), 0, most, step=1, key=key, on_change=told(key, keep))


def _show_measures(found: Overlap) -> None:
    show_metrics(Cell(title, decimal(getattr(found, name), 3)) for name, (title, _use) in USES.items())
    st.markdown(_said(found))
    st.markdown("\n".join(f"- **{title}** {_(use)}" for title, use in USES.values()))


def _said(found: Overlap) -> str:
    if not found.union:
        return _("Neither box has an area: there is nothing to compare.")
    if not found.intersection:
        return _(
            "The boxes do not meet: IoU is 0 at any distance, and the other three still tell how far apart they are."
        )
    if found.iou >= 1:
        return _("The boxes are the same: all four are 1.")
    if found.iou >= 0.5:
        return _("From IoU 0.5 on, this counts as right in VOC and in COCO's AP50; AP75 asks for 0.75.")
    return _("Under IoU 0.5 this is a false alarm, and the object is missed: two mistakes of one box.")


def _show_working(found: Overlap) -> None:
    with derivation(_("IoU and its relatives")):
        latex(
            rf"\text{{IoU}} = \frac{{|A \cap B|}}{{|A| + |B| - |A \cap B|}}"
            rf" = \frac{{{area(found.intersection)}}}{{{area(found.area_a)} + {area(found.area_b)}"
            rf" - {area(found.intersection)}}} = {term(found.iou)}"
        )
        latex(
            rf"\text{{GIoU}} = \text{{IoU}} - \frac{{|C| - |A \cup B|}}{{|C|}} = {term(found.iou)}"
            rf" - \frac{{{area(found.uncovered)}}}{{{area(found.hull)}}} = {term(found.giou)}"
        )
        latex(
            rf"\text{{DIoU}} = \text{{IoU}} - \frac{{\rho^2}}{{c^2}} = {term(found.iou)}"
            rf" - \frac{{{area(found.squared_distance)}}}{{{area(found.squared_diagonal)}}} = {term(found.diou)}"
        )
        latex(
            rf"v = \frac{{4}}{{\pi^2}} (\arctan\tfrac{{w_A}}{{h_A}} - \arctan\tfrac{{w_B}}{{h_B}})^2 = {term(found.v)},"
            rf"\quad \alpha = \frac{{v}}{{1 - \text{{IoU}} + v}} = {term(found.alpha)}"
        )
        latex(
            rf"\text{{CIoU}} = \text{{DIoU}} - \alpha v = {term(found.diou)} - {term(found.alpha)}"
            rf" \cdot {term(found.v)} = {term(found.ciou)}"
        )
        st.caption(
            _(
                "C is the smallest box around both, ρ the distance of the centres, c the diagonal of C. Edges count,"
                " not pixel centres: a box from 0 to 10 is 10 wide (Rezatofighi et al. 2019, Zheng et al. 2020)."
            )
        )
