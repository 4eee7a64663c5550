"""Every formula of the page with the visitor's own values in it."""

from __future__ import annotations

import math

import streamlit as st

from vizcore.i18n import _
from vizcore.metrics.masks import Counts, EmptyPolicy, MaskMetrics, dice, iou, precision, recall


def show_counts(counts: Counts, empty: EmptyPolicy) -> None:
    """IoU, Dice, precision and recall from TP, FP and FN, and Dice from IoU."""
    tp, fp, fn = counts.tp, counts.fp, counts.fn
    st.latex(_filled(r"\mathrm{IoU} = \frac{TP}{TP + FP + FN}", f"{tp}", f"{tp} + {fp} + {fn}", iou(counts, empty)))
    st.latex(
        _filled(
            r"\mathrm{Dice} = \frac{2\,TP}{2\,TP + FP + FN}",
            rf"2 \cdot {tp}",
            rf"2 \cdot {tp} + {fp} + {fn}",
            dice(counts, empty),
        )
    )
    st.latex(_filled(r"\mathrm{precision} = \frac{TP}{TP + FP}", f"{tp}", f"{tp} + {fp}", precision(counts, empty)))
    st.latex(_filled(r"\mathrm{recall} = \frac{TP}{TP + FN}", f"{tp}", f"{tp} + {fn}", recall(counts, empty)))
    value = iou(counts, empty)
    if not math.isnan(value):
        st.latex(
            rf"\mathrm{{Dice}} = \frac{{2J}}{{1 + J}} = \frac{{2 \cdot {value:.4f}}}{{1 + {value:.4f}}}"
            rf" = {2 * value / (1 + value):.4f}"
        )


def show_boundary(found: MaskMetrics) -> None:
    """Boundary IoU: the same IoU over two bands."""
    band = found.boundary_counts
    st.latex(
        rf"d = {found.boundary_px}\ \mathrm{{px}}, \qquad "
        + _filled(
            r"\mathrm{IoU}_d = \frac{|A_d \cap B_d|}{|A_d \cup B_d|}",
            f"{band.tp}",
            f"{band.tp} + {band.fp} + {band.fn}",
            found.boundary_iou,
        )
    )


def show_distances(found: MaskMetrics) -> None:
    """Hausdorff, its 95 % and the average surface distance."""
    st.latex(
        r"H = \max\Big(\max_{a \in \partial A} \min_{b \in \partial B} \lVert a - b \rVert,\;"
        r" \max_{b \in \partial B} \min_{a \in \partial A} \lVert a - b \rVert\Big) = " + _number(found.hausdorff)
    )
    if found.farthest is not None:
        (ax, ay), (bx, by) = found.farthest
        st.latex(
            rf"\lVert ({ax}, {ay}) - ({bx}, {by}) \rVert = \sqrt{{{abs(ax - bx)}^2 + {abs(ay - by)}^2}}"
            rf" = {_number(found.hausdorff)}"
        )
    st.latex(rf"H_{{95}} = {_number(found.hausdorff_95)}, \qquad \mathrm{{ASSD}} = "
             r"\frac{\sum_{a} d(a, \partial B) + \sum_{b} d(b, \partial A)}{|\partial A| + |\partial B|} = "
             + _number(found.average_surface_distance))  # fmt: skip
    st.caption(
        _(
            "The surface of a mask is its pixels with a neighbour outside; distances run between pixel centres. H95 is"
            " the larger of the two directions' 95th percentiles; other tools pool both directions and differ a little."
        )
    )


def _filled(formula: str, above: str, below: str, value: float) -> str:
    return rf"{formula} = \frac{{{above}}}{{{below}}} = {_number(value, 4)}"


def _number(value: float, decimals: int = 2) -> str:
    if math.isnan(value):
        return r"\text{–}"
    return r"\infty" if math.isinf(value) else f"{value:.{decimals}f}"
