"""Section: the same data under other conventions. Which choice moved which number?"""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.i18n.numbers import ratio, signed
from vizcore.metrics.classification.conventions import Variant, variants
from vizcore.metrics.classification.dataset import ScoreSet
from vizcore.ui import url_state
from vizcore.ui.fragments import fragment
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.classification_metrics import record
from vizcore.ui.panels.classification_metrics.page_state import (
    KEY,
    PageState,
    chosen_class,
    class_words,
    threshold_range,
)
from vizcore.ui.tables import show_table

MEASURES = {
    "pr_auc": N_("PR-AUC"),
    "macro_precision": N_("Macro precision"),
    "macro_recall": N_("Macro recall"),
    "macro_f1": N_("Macro F1"),
    "ece": N_("ECE"),
    "top2": N_("Top-2 accuracy"),
    "brier": N_("Brier score"),
}
RULES = {
    "steps": N_("area under the steps (average precision)"),
    "trapezoid": N_("straight lines from the added point (0, 1)"),
    "zero_division_zero": N_("0/0 counts as 0 (scikit-learn's default)"),
    "zero_division_one": N_("0/0 counts as 1"),
    "zero_division_left_out": N_("0/0 is left out of the mean"),
    "width_5": N_("5 bins of equal width"),
    "width_10": N_("10 bins of equal width"),
    "width_15": N_("15 bins of equal width"),
    "mass_15": N_("15 bins of equal mass"),
    "left_15": N_("15 bins, each with its lower edge"),
    "extra_15": N_("15 bins, and 1.0 in a bin of its own"),
    "ties_first": N_("of equal scores the first label is better (torchmetrics)"),
    "ties_last": N_("of equal scores the last label is better (scikit-learn)"),
    "summed": N_("summed over the classes (0 to 2; scikit-learn's default from three classes on)"),
    "halved": N_("halved (0 to 1; scikit-learn's default for two classes)"),
}


def show(state: PageState) -> None:
    """All of it, in a part of the page that refreshes alone."""
    fragment(lambda: _show(state))


def _show(state: PageState) -> None:
    threshold = 0.5 if state.data.kind == "multiclass" else _choose_threshold(state.data)
    column = chosen_class(state.data)
    found = variants(state.data, column, threshold)
    _show_largest(found)
    ours = {each.measure: each.value for each in found if each.ours}
    show_table(
        [
            {
                _("Metric"): _measure_words(each.measure, state.data, column),
                _("Rule"): _(RULES[each.rule]) + (_(" — on this page") if each.ours else ""),
                _("Value"): ratio(each.value, 4),
                _("Difference"): "" if each.ours else _difference(each.value, ours.get(each.measure)),
                _("Classes averaged"): "" if each.classes is None else str(each.classes),
            }
            for each in found
        ]
    )
    record.show(state, threshold)


def _choose_threshold(data: ScoreSet) -> float:
    """One for all labels; at first the middle, as for each class in the section about classes."""
    name = f"{KEY}.convention_threshold"
    low, high = threshold_range(data)
    if data.are_probabilities:
        return float(st.slider(_("Score threshold"), low, high, 0.5, 0.01, **url_state.bound(name)))
    step, key = (high - low) / 100, f"{name}.{low:g}.{high:g}"
    return float(st.slider(_("Score threshold"), low, high, (low + high) / 2, step, key=key))


def _measure_words(measure: str, data: ScoreSet, column: int) -> str:
    """The measure, and of which class it is where it is one class's against the rest."""
    words = _(MEASURES[measure])
    return f"{words} ({class_words(data)[column]})" if measure == "pr_auc" and len(data.labels) > 1 else words


def _show_largest(found: list[Variant]) -> None:
    """For each measure the span between its rules."""
    cells = []
    for measure, words in MEASURES.items():
        values = [each.value for each in found if each.measure == measure and each.value == each.value]
        if values:
            span = f"{ratio(min(values))} – {ratio(max(values))}"
            cells.append(Cell(_(words), ratio(max(values) - min(values)), _("Largest less smallest value"), span))
    st.caption(
        _("How far each number moves without a single score having changed. Name the rule when you quote a number.")
    )
    show_metrics(cells, width=150)


def _difference(value: float, ours: float | None) -> str:
    return signed(value - ours, 4) if ours is not None and value == value and ours == ours else ""
