"""Every formula of the page with the visitor's own values in it."""

from __future__ import annotations

import math
import re

import streamlit as st

from vizcore.i18n import _
from vizcore.metrics.masks import MASK_METRICS, Counts, EmptyPolicy, MaskMetrics, iou
from vizcore.metrics.masks.table import CountRatio
from vizcore.ui.derivation import latex


def show_counts(counts: Counts, empty: EmptyPolicy) -> None:
    """Every metric that is a ratio of counts with its counts, and Dice from IoU."""
    for name in count_ratios(counts):
        latex(of_counts(name, counts, empty))
    value = iou(counts, empty)
    if not math.isnan(value):
        latex(
            rf"\mathrm{{Dice}} = \frac{{2J}}{{1 + J}} = \frac{{2 \cdot {value:.4f}}}{{1 + {value:.4f}}}"
            rf" = {2 * value / (1 + value):.4f}"
        )


def count_ratios(counts: Counts) -> dict[str, CountRatio]:
    """Every metric that is a ratio of counts; those of TN only where TN is known, as it is for two masks."""
    ratios = {name: row.ratio for name, row in MASK_METRICS.items() if row.ratio}
    return {name: each for name, each in ratios.items() if counts.tn or "TN" not in each.below}


def of_counts(name: str, counts: Counts, empty: EmptyPolicy = "one") -> str:
    """The row's ratio, and the same with the counts in it, in LaTeX; "" for a metric that is no ratio of counts."""
    row = MASK_METRICS[name]
    if row.ratio is None:
        return ""
    numbers = {"TP": counts.tp, "FP": counts.fp, "FN": counts.fn, "TN": counts.tn}
    formula = row.ratio.above, row.ratio.below
    above, below = (re.sub("[TF][PN]", lambda each: str(numbers[each.group()]), part) for part in formula)
    value = row.ratio.value(counts, empty)
    return _filled(rf"\text{{{_(row.title)}}}", rf"\dfrac{{{formula[0]}}}{{{formula[1]}}}", above, below, value)


def show_boundary(found: MaskMetrics) -> None:
    """Boundary IoU: the same IoU over two bands."""
    band = found.boundary_counts
    latex(rf"d = {found.boundary_px}\ \mathrm{{px}}")
    latex(
        _filled(
            r"\mathrm{IoU}_d",
            r"\dfrac{|A_d \cap B_d|}{|A_d \cup B_d|}",
            f"{band.tp}",
            f"{band.tp} + {band.fp} + {band.fn}",
            found["boundary_iou"],
        )
    )


def show_distances(found: MaskMetrics) -> None:
    """Hausdorff, its 95 % and the average surface distance."""
    latex(
        r"\begin{array}{l} H = \max\big(\max_{a \in \partial A} d(a, \partial B), \\"
        r" \qquad \max_{b \in \partial B} d(b, \partial A)\big) = " + _number(found["hausdorff"]) + r"\end{array}"
    )
    if found.farthest is not None:
        (ax, ay), (bx, by) = found.farthest
        latex(
            rf"\lVert ({ax}, {ay}) - ({bx}, {by}) \rVert = \sqrt{{{abs(ax - bx)}^2 + {abs(ay - by)}^2}}"
            rf" = {_number(found['hausdorff'])}"
        )
    latex(rf"H_{{95}} = {_number(found['hausdorff_95'])}")
    latex(
        r"\mathrm{ASSD} = \frac{\sum_{a} d(a, \partial B) + \sum_{b} d(b, \partial A)}{|\partial A| + |\partial B|} = "
        + _number(found["average_surface_distance"])
    )
    st.caption(
        _(
            "The surface of a mask is its pixels with a neighbour outside; distances run between pixel centres. H95 is"
            " the larger of the two directions' 95th percentiles; other tools pool both directions and differ a little."
        )
    )


def _filled(name: str, formula: str, above: str, below: str, value: float) -> str:
    """On two lines, so that it fits a column and a telephone."""
    filled = rf"\dfrac{{{above}}}{{{below}}} = {_number(value, 4)}"
    return rf"\begin{{array}}{{l}} {name} = {formula} \\[2.4ex] \phantom{{{name}}} = {filled} \end{{array}}"


def _number(value: float, decimals: int = 2) -> str:
    if math.isnan(value):
        return r"\text{–}"
    return r"\infty" if math.isinf(value) else f"{value:.{decimals}f}"
