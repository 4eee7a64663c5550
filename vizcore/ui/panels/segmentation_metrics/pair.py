"""Section: two masks, every metric with what it overlooks, and each one's working."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from vizcore.figures.mask_pairs import band_picture, dice_against_iou, pair_picture
from vizcore.figures.theme import IN_BOTH, MISSED, TOO_MUCH
from vizcore.i18n import _
from vizcore.i18n.numbers import number, percent
from vizcore.metrics.masks import MASK_METRICS, EmptyPolicy, MaskMetrics, MaskMetricSettings, compare_masks
from vizcore.metrics.masks.overlap import Mask
from vizcore.metrics.masks.table import Unit
from vizcore.pictures import encode_png
from vizcore.ui import downloads
from vizcore.ui.charts import show_chart
from vizcore.ui.derivation import derivation
from vizcore.ui.panels.segmentation_metrics import formulas
from vizcore.ui.panels.segmentation_metrics.counting import choose_policy
from vizcore.ui.panels.segmentation_metrics.pair_choice import choose_pair
from vizcore.ui.panels.segmentation_metrics.written import pixels, policy_sentence, share
from vizcore.ui.small_picture import show_small
from vizcore.ui.tables import show_table
from vizcore.ui.theme_now import dark_now

KEY = "segmentation_metrics"
WRITTEN: Mapping[Unit, Callable[[float], str]] = {"share": share, "px": pixels}


def show() -> None:
    """Choice of the pair, picture and metrics beside each other, workings, record."""
    masks = choose_pair()
    if masks is None:
        return
    place = st.container()
    empty = choose_policy()
    st.caption(policy_sentence(empty))
    found = compare_masks(*masks, MaskMetricSettings(empty=empty))
    with place:
        _show_comparison(*masks, found)
    _show_workings(*masks, found)
    downloads.show_exports(
        KEY, [found], table=[{"metric": name, "value": value} for name, value in found.values.items()]
    )


def _show_comparison(truth: Mask, prediction: Mask, found: MaskMetrics) -> None:
    left, right = st.columns([2, 3])
    with left:
        _show_picture(truth, prediction, found)
    with right:
        show_table(
            [
                {_("Metric"): _(row.title), _("Here"): shown, _("What it overlooks"): _(row.overlooks)}
                for row, shown in zip(MASK_METRICS.values(), written(found).values(), strict=True)
            ]
        )
    st.markdown(_said(found))


def written(found: MaskMetrics) -> Mapping[str, str]:
    """Every metric as it is written on the page."""
    return {name: WRITTEN[row.unit](found[name]) for name, row in MASK_METRICS.items()}


def _show_picture(truth: Mask, prediction: Mask, found: MaskMetrics) -> None:
    picture = pair_picture(truth, prediction, dark=dark_now(), farthest=found.farthest)
    st.image(encode_png(picture), width="stretch", alt=_("Both masks laid over each other"))
    counts = found.counts
    legend = [
        (IN_BOTH, _("in both: {n}").format(n=number(counts.tp, 0))),
        (MISSED, _("missed: {n}").format(n=number(counts.fn, 0))),
        (TOO_MUCH, _("too much: {n}").format(n=number(counts.fp, 0))),
    ]
    st.markdown(" · ".join(f':color[■]{{foreground="{colour}"}} {words}' for colour, words in legend))
    if found.farthest is not None and found["hausdorff"] > 0:
        st.caption(_("The line joins the two pixels that decide the Hausdorff distance."))


def _said(found: MaskMetrics) -> str:
    counts = found.counts
    if counts.both_empty:
        return _("Both masks are empty: there is nothing to measure, only the policy.")
    if not counts.truth or not counts.predicted:
        return _("One of the masks is empty: nothing is shared and no surface is there to measure a distance to.")
    if counts.fp == counts.fn == 0:
        return _("The masks are the same: every share is 1 and every distance 0.")
    return _(
        "Of the true object {recall} was found, of the predicted one {precision} is right. Dice reads {gap} higher"
        " than IoU for the same pixels."
    ).format(
        recall=percent(found["recall"]),
        precision=percent(found["precision"]),
        gap=number(found["dice"] - found["iou"], 3),
    )


def _show_workings(truth: Mask, prediction: Mask, found: MaskMetrics) -> None:
    empty: EmptyPolicy = "skip" if found.provenance.settings["empty"] == "skip" else "one"
    with derivation(_("IoU, Dice, precision and recall")):
        formulas.show_counts(found.counts, empty)
        show_chart(
            dice_against_iou(found["iou"], here=_("your masks"), dark=dark_now()),
            key=f"{KEY}.pair.curve",
            alt=_("Dice against IoU, a curve above the diagonal, with the point of your masks on it"),
        )
    with derivation(_("Boundary IoU")):
        formulas.show_boundary(found)
        if truth.any() or prediction.any():
            bands = band_picture(truth, prediction, found.boundary_px, dark=dark_now())
            show_small(encode_png(bands), width=420, alt=_("The bands along both outlines"))
    with derivation(_("Hausdorff and surface distances")):
        formulas.show_distances(found)
