"""How large is each object? A table in pixels and, with a scale, in millimetres."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.errors import VizError
from vizcore.i18n import _
from vizcore.i18n.numbers import number, percent
from vizcore.prompting.answers import Answered
from vizcore.ui import downloads, url_state
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.error_panel import show_error
from vizcore.ui.panels.segmentation.labels import plain_name, shown_name
from vizcore.ui.panels.segmentation.page_state import PageState
from vizcore.ui.tables import show_table
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.segmentation.measures import Measures

SCALE = "segmentation.scale"


def choose_scale() -> float | None:
    """Pixels per millimetre, typed or worked out from a known length; None for no scale."""
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    scale = left.number_input(
        _("Scale: pixels per millimetre (0 = unknown)"),
        min_value=0.0,
        value=0.0,
        format="%.4g",
        help=_("Holds for flat things seen straight from above, at one distance."),
        **url_state.bound(SCALE),
    )
    with right.popover(_("From a known length"), icon=":material/straighten:", width="stretch"):
        length_px = st.number_input(
            _("Length in pixels"), min_value=0.0, value=100.0, format="%g", key="segmentation.length.px"
        )
        length_mm = st.number_input(
            _("The same in millimetres"), min_value=0.0, value=10.0, format="%g", key="segmentation.length.mm"
        )
        st.button(_("Use this scale"), key="segmentation.length.use", on_click=_use, args=(length_px, length_mm))
    if refusal := st.session_state.pop("segmentation.scale.refusal", None):
        show_error(refusal)
    return scale or None


def _use(length_px: float, length_mm: float) -> None:
    from vizcore.segmentation.measures import scale_from

    try:
        st.session_state[SCALE] = scale_from(length_px, length_mm)
    except VizError as error:
        st.session_state["segmentation.scale.refusal"] = error


def show_measures(
    state: PageState, card: ModelCard, answered: Sequence[Answered], scale: float | None, *, key: str
) -> None:
    """One line for each object, a working for the first, and the table as a file. key: of the page's section."""
    try:
        found = [(each, measured(state, each, scale)) for each in answered]
    except VizError as error:
        show_error(error)
        return
    if not found:
        return
    show_table([_row(each, measures) for each, measures in found])
    _show_working(*found[0], scale)
    with downloads.export():
        rows = [_record(each, measures, card) for each, measures in found]
        downloads.download_csv(rows, name=f"masks-{card.key}", key=f"{key}.csv.{card.key}", label=_("Table (CSV)"))


def measured(state: PageState, answered: Answered, scale: float | None) -> Measures:
    """The mask's measures, worked out once. SettingOutOfRange for the scale."""
    from vizcore.segmentation.measures import measure

    key = ("measures", answered.rle, scale)
    if key not in state.answers:
        state.remember(key, measure(answered.mask, scale))
    kept: Measures = state.answers[key]
    return kept


def _row(answered: Answered, measures: Measures) -> dict[str, str]:
    row = {
        _("Object"): shown_name(answered.asked),
        _("Area"): _("{n} px²").format(n=number(measures.area_px, 0)),
        _("Share"): percent(measures.share, 1),
        _("Perimeter"): _("{n} px").format(n=number(measures.perimeter_px, 0)),
        _("Box"): ", ".join(number(end, 0) for end in measures.box_xyxy),
    }
    if measures.area_mm2 is not None and measures.perimeter_mm is not None:
        row[_("Area in mm²")] = number(measures.area_mm2, 3)
        row[_("Perimeter in mm")] = number(measures.perimeter_mm, 2)
    return row


def _record(answered: Answered, measures: Measures, card: ModelCard) -> dict[str, str | int | float | None]:
    x0, y0, x1, y1 = measures.box_xyxy
    return {
        "model": card.key,
        "object": plain_name(answered.asked),
        "area_px": measures.area_px,
        "share": measures.share,
        "perimeter_px": measures.perimeter_px,
        "parts": measures.parts,
        "x0": x0,
        "y0": y0,
        "x1": x1,
        "y1": y1,
        "area_mm2": measures.area_mm2,
        "perimeter_mm": measures.perimeter_mm,
    }


def _show_working(answered: Answered, measures: Measures, scale: float | None) -> None:
    height, width = answered.rle.size_hw
    share = _("share")
    with derivation(shown_name(answered.asked)):
        latex(
            rf"\text{{{share}}} = \frac{{|A|}}{{w \, h}} = \frac{{{measures.area_px}}}{{{width} \times {height}}} "
            rf"= {measures.share:.5f}"
        )
        if scale and measures.area_mm2 is not None:
            latex(
                rf"\frac{{{measures.area_px}\ \text{{px}}^2}}{{({scale:.5g}\ \text{{px/mm}})^2}} "
                rf"= {measures.area_mm2:.5g}\ \text{{mm}}^2"
            )
        st.markdown(
            _(
                "The perimeter counts how often lines in four directions cross the outline (Crofton's formula): "
                "adding up pixel sides would give a disc the perimeter of its square."
            )
        )
