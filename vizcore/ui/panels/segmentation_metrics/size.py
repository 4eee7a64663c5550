"""Section: the same shift on a large and a small object, and on every size between."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vizcore.figures.mask_pairs import pair_picture, size_curves
from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.metrics.masks import MaskMetrics, compare_masks
from vizcore.metrics.masks.overlap import shifted_square
from vizcore.metrics.masks.presets import SIDE, figure_mask, shifted
from vizcore.pictures import encode_png
from vizcore.ui import url_state
from vizcore.ui.charts import show_chart
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.panels.segmentation_metrics.written import pixels, share
from vizcore.ui.theme_now import dark_now

KEY = "segmentation_metrics"
SIZES = (160, 16)  # longer side of the two figures, in pixels


def show() -> None:
    """Two pictures of one scale, their numbers, what the difference is, and the curve over all sizes."""
    shift = st.slider(_("Shift of both objects in pixels"), 0, 8, value=1, **url_state.bound(f"{KEY}.shift"))
    found = []
    for column, size, title in zip(
        st.columns(2), SIZES, (_("A large cat"), _("The same cat, ten times smaller")), strict=True
    ):
        with column:
            st.markdown(f"#### {title}")
            found.append(_show_one(size, shift))
    large, small = found
    st.markdown(
        _(
            "The same {shift} px: IoU {large} for the large object and {small} for the small one, a difference of"
            " {gap}. The Hausdorff distance is {large_far} and {small_far}: in pixels, the mistake is the same."
        ).format(
            shift=shift,
            large=share(large["iou"]),
            small=share(small["iou"]),
            gap=share(round(large["iou"], 3) - round(small["iou"], 3)),
            large_far=pixels(large["hausdorff"]),
            small_far=pixels(small["hausdorff"]),
        )
    )
    _show_curve(shift)


def _show_one(size: int, shift: int) -> MaskMetrics:
    truth = figure_mask("cat", size)
    prediction = shifted(truth, shift)
    found = compare_masks(truth, prediction)
    picture = pair_picture(truth, prediction, dark=dark_now())
    st.image(
        encode_png(picture), width="stretch", alt=_("The object and its shifted prediction, {n} px").format(n=size)
    )
    for column, (name, value) in zip(
        st.columns(3),
        {"IoU": found["iou"], "Dice": found["dice"], _("Boundary IoU"): found["boundary_iou"]}.items(),
        strict=True,
    ):
        column.metric(name, share(value))
    st.caption(_("{n} pixels of {all}").format(n=number(found.counts.truth, 0), all=number(SIDE * SIDE, 0)))
    return found


def _show_curve(shift: int) -> None:
    sizes = np.geomspace(4, 200, 120)
    iou, dice = shifted_square(sizes, shift)
    st.markdown("#### " + _("A square of every size under this shift"))
    show_chart(
        size_curves(
            sizes,
            {"IoU": iou, "Dice": dice},
            {"16 px": 16.0, "160 px": 160.0},
            axis=_("side of the square in pixels (log scale)"),
            dark=dark_now(),
        ),
        key=f"{KEY}.sizes",
        alt=_("IoU and Dice of a shifted square against its size: both fall steeply for small squares"),
    )
    with derivation(_("A shifted square")):
        latex(
            r"\mathrm{IoU} = \frac{(s - d)\,s}{2s^2 - (s - d)\,s} = \frac{s - d}{s + d}, \qquad \mathrm{Dice} ="
            r" \frac{s - d}{s}"
        )
        for side in (16, 160):
            inside = max(side - shift, 0)
            latex(
                rf"s = {side},\ d = {shift}: \quad \frac{{{inside}}}{{{side + shift}}} = {inside / (side + shift):.3f},"
                rf" \qquad \frac{{{inside}}}{{{side}}} = {inside / side:.3f}"
            )
