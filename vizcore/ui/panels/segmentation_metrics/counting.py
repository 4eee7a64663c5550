"""Section: true positives, false positives and false negatives become IoU, Dice, precision and recall."""

from __future__ import annotations

import streamlit as st

from vizcore.figures.mask_pairs import dice_against_iou
from vizcore.i18n import N_, _
from vizcore.i18n.numbers import number
from vizcore.metrics.masks import MASK_METRICS, Counts, EmptyPolicy, dice, iou
from vizcore.ui import choices, url_state
from vizcore.ui.charts import show_chart
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.segmentation_metrics import formulas
from vizcore.ui.panels.segmentation_metrics.written import policy_sentence, share
from vizcore.ui.theme_now import dark_now

KEY = "segmentation_metrics"
EXAMPLES = {
    "large": (N_("Large object: TP 1000, FP 10, FN 10"), Counts(1000, 10, 10)),
    "small": (N_("Small object: TP 100, FP 10, FN 10"), Counts(100, 10, 10)),
    "half": (N_("Half of it: TP 50, FP 0, FN 50"), Counts(50, 0, 50)),
    "nothing": (N_("Two empty masks: 0, 0, 0"), Counts(0, 0, 0)),
}
LIMITS = {"tp": 2000, "fp": 500, "fn": 500}


def show() -> None:
    """The lecture's examples, sliders, the four numbers with their working, and the curve of Dice over IoU."""
    _show_examples()
    counts = _choose_counts()
    place = st.container()
    empty = choose_policy()
    st.caption(policy_sentence(empty))
    with place:
        _show_numbers(counts, empty)


def _show_numbers(counts: Counts, empty: EmptyPolicy) -> None:
    right, left = st.columns(2)  # the curve first, which on a phone stands above the numbers
    with left:
        ratios = formulas.count_ratios(counts)
        cells = (Cell(_(MASK_METRICS[name].title), share(each.value(counts, empty))) for name, each in ratios.items())
        show_metrics(cells, width=90)
        st.markdown(_said(counts, empty))
        st.markdown("**" + _("The formulas, filled in") + "**")
        formulas.show_counts(counts, empty)
    with right:
        st.markdown("**" + _("Dice over IoU: one curve, no new information") + "**")
        show_chart(
            dice_against_iou(iou(counts, empty), here=_("your counts"), dark=dark_now()),
            key=f"{KEY}.curve",
            alt=_("Dice against IoU, a curve above the diagonal, with the point of your counts on it"),
        )


def choose_policy() -> EmptyPolicy:
    """What two empty masks count: the visitor's choice, in the address."""
    texts = {"one": _("counts as 1"), "skip": _("is left out")}
    chosen = choices.choose_one(_("0/0, two empty masks"), texts, key=f"{KEY}.empty", default="one")
    return "skip" if chosen == "skip" else "one"


def _show_examples() -> None:
    with st.container(horizontal=True):
        for key, (title, counts) in EXAMPLES.items():
            st.button(_(title), key=f"{KEY}.example.{key}", on_click=_take, args=(counts,))


def _take(counts: Counts) -> None:
    for name in LIMITS:
        st.session_state[f"{KEY}.{name}"] = getattr(counts, name)


def _choose_counts() -> Counts:
    titles = {
        "tp": _("TP: in both"),
        "fp": _("FP: predicted, not true"),
        "fn": _("FN: true, not predicted"),
    }
    first = EXAMPLES["large"][1]
    values = {}
    for column, (name, title) in zip(st.columns(3), titles.items(), strict=True):
        with column:
            key = f"{KEY}.{name}"
            start = (
                {} if key in st.session_state else {"value": getattr(first, name)}
            )  # one of the two, or it is logged
            values[name] = int(st.slider(title, 0, LIMITS[name], step=1, **start, **url_state.bound(key)))
    return Counts(**values)


def _said(counts: Counts, empty: EmptyPolicy) -> str:
    if counts.both_empty:
        return _("Both masks are empty: every formula is 0/0, so a rule has to decide, and it should be printed.")
    wrong = counts.fp + counts.fn
    return _(
        "Wrong pixels: {wrong}, shared ones: {shared}; Dice is {dice}, IoU {iou}. As many wrong pixels around an"
        " object ten times larger would give {larger_dice} and {larger_iou}."
    ).format(
        wrong=number(wrong, 0),
        shared=number(counts.tp, 0),
        dice=share(dice(counts, empty)),
        iou=share(iou(counts, empty)),
        larger_dice=share(dice(Counts(10 * counts.tp, counts.fp, counts.fn), empty)),
        larger_iou=share(iou(Counts(10 * counts.tp, counts.fp, counts.fn), empty)),
    )
