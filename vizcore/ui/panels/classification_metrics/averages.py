"""Section: several classes. Each class's numbers, and the three ways to make one number of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vizcore.figures.confusion import confusion_cells
from vizcore.i18n import N_, _
from vizcore.i18n.numbers import number, ratio
from vizcore.i18n.pieces import named
from vizcore.metrics.classification.agreement import (
    balanced_accuracy,
    busiest,
    confusion_of,
    taken_for,
    top_k_accuracy,
    wholly_right,
)
from vizcore.metrics.classification.averages import AVERAGES, ClassCounts, averaged, class_counts, class_scores
from vizcore.metrics.classification.conventions import two_sided
from vizcore.metrics.classification.dataset import ScoreSet
from vizcore.metrics.proportion import wilson_interval
from vizcore.results import FloatArray
from vizcore.ui import choices, url_state
from vizcore.ui.charts import show_chart
from vizcore.ui.derivation import derivation, latex, term
from vizcore.ui.fragments import fragment
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.classification_metrics import record
from vizcore.ui.panels.classification_metrics.examples import show_examples
from vizcore.ui.panels.classification_metrics.page_state import KEY, PageState, class_words, threshold_range
from vizcore.ui.panels.detection_metrics.threshold import clicked_point
from vizcore.ui.tables import show_table

MOST_CLASSES = 12  # in tables and thresholds
MOST_IN_MATRIX = 40  # classes; beyond, the most frequent ones
AVERAGE_NAMES = {"macro": N_("macro"), "micro": N_("micro"), "weighted": N_("weighted")}
AVERAGE_WORDS = {
    "macro": N_("every class weighs the same"),
    "micro": N_("all decisions in one pot"),
    "weighted": N_("each class as often as it is true"),
}
ZERO_DIVISIONS = {
    "0": (0.0, N_("0/0 counts as 0")),
    "1": (1.0, N_("0/0 counts as 1")),
    "nan": (float("nan"), N_("0/0 is left out")),
}


def show(state: PageState) -> None:
    """All of it, in a part of the page that refreshes alone."""
    fragment(lambda: _show(state))


def _show(state: PageState) -> None:
    data = state.data
    sides = two_sided(data) if data.kind == "binary" else data
    thresholds = _thresholds(state)
    left, right = st.columns([3, 2])
    predicted = sides.predicted(thresholds if data.kind != "binary" else float(thresholds[0]))
    counts = class_counts(sides.truth, predicted)
    with right:
        zero = _choose_zero_division()
    with left:
        _show_agreement(data, wholly_right(sides.truth, predicted))
    matrix, table = st.columns(2)
    with matrix:
        cell = _show_matrix(data, counts)
    with table:
        _show_classes(sides, counts, zero)
        _show_averages(counts, zero)
    if cell is not None:
        _show_cell(state, cell)
    _show_derivation(counts, zero)
    record.show(state, thresholds if data.kind == "multilabel" else float(thresholds[0]))


def _thresholds(state: PageState) -> FloatArray:
    """One for each label; for exclusive classes the best one answers, and none is asked for."""
    data = state.data
    if data.kind == "multiclass":
        return np.full(len(data.labels), 0.5)
    low, high = threshold_range(data)
    values = np.full(len(data.labels), (low + high) / 2)
    places = st.columns(min(6, len(data.labels)))
    for row, name in enumerate(class_words(data)[:MOST_CLASSES]):
        values[row] = places[row % len(places)].slider(
            _("Threshold for {name}").format(name=name), low, high, float(values[row]), (high - low) / 100,
            key=f"{KEY}.each.{row}.{low:g}.{high:g}",
        )  # fmt: skip
    _say_cut(len(data.labels))
    return values


def _choose_zero_division() -> float:
    texts = {key: _(words) for key, (_value, words) in ZERO_DIVISIONS.items()}
    chosen = choices.choose_one(_("A class without a value"), texts, key=f"{KEY}.zero", default="0")
    return ZERO_DIVISIONS[chosen][0]


def _show_agreement(data: ScoreSet, all_right: int) -> None:
    low, high = wilson_interval(all_right, len(data))
    explain = _("Every label of an example must be right.") if data.kind == "multilabel" else None
    cells = [Cell(_("Accuracy"), ratio(all_right / len(data)), explain, f"{ratio(low)} – {ratio(high)}")]
    if data.kind == "multiclass":
        matrix = confusion_of(data)
        cells.append(Cell(_("Balanced accuracy"), ratio(balanced_accuracy(matrix)), _("Mean recall of the classes.")))
        if len(data.labels) > 2:
            cells.append(_top_k(data, _choose_k(len(data.labels))))
    show_metrics(cells)


def _choose_k(classes: int) -> int:
    """2 where nothing else makes sense."""
    if classes < 4:
        return 2
    words = _("Top-k: the true class is among the k best")
    return int(st.number_input(words, 2, classes - 1, 2, **url_state.bound(f"{KEY}.topk.{classes}")))


def _top_k(data: ScoreSet, best: int) -> Cell:
    explain = _("The true class is among the {k} best; of equal scores the first label is the better one.")
    truth = data.truth.argmax(axis=1)
    return Cell(f"Top-{best}", ratio(top_k_accuracy(data.scores, truth, best)), explain.format(k=best))


def _show_matrix(data: ScoreSet, counts: ClassCounts) -> tuple[int, int] | None:
    names = class_words(data)
    if data.kind == "multilabel":
        rows = range(min(len(data.labels), MOST_CLASSES))
        st.caption(_("With any number of labels there is no single matrix: each label has its own four counts."))
        show_table(
            [
                {
                    _("Label"): names[row], "TP": str(counts.tp[row]), "FP": str(counts.fp[row]),
                    "FN": str(counts.fn[row]), "TN": str(counts.tn[row]),
                }
                for row in rows
            ]
        )  # fmt: skip
        _say_cut(len(names))
        return None
    if data.kind == "binary":
        names = [_("not {name}").format(name=names[0]), names[0]]
        matrix: NDArray[Any] = counts.of(1).matrix
    else:
        matrix = confusion_of(data)
    words = _("Confusion matrix: rows are the truth. Click a cell to see its examples.")
    shown = busiest(matrix, MOST_IN_MATRIX)
    event = show_chart(
        confusion_cells(matrix, names, shown), key=f"{KEY}.chart.matrix", alt=words, on_select="rerun",
        selection_mode="points",
    )  # fmt: skip
    st.caption(words)
    if len(shown) < len(names):
        st.caption(_("The {n} classes with the most entries are shown.").format(n=len(shown)))
    clicked = clicked_point(event)
    return (clicked[0], clicked[1]) if len(clicked) >= 2 and data.kind == "multiclass" else None


def _show_cell(state: PageState, cell: tuple[int, int]) -> None:
    data, names = state.data, class_words(state.data)
    st.markdown(_("**{truth}** taken for **{found}**").format(truth=names[cell[0]], found=names[cell[1]]))
    show_examples(state, taken_for(data, *cell), cell[1])


def _show_classes(sides: ScoreSet, counts: ClassCounts, zero: float) -> None:
    found, names = class_scores(counts, zero), class_words(sides)
    both = len(sides.labels) == 2 and sides.labels[0] == f"not {sides.labels[1]}"  # of a binary question
    show_table(
        [
            {
                _("Class"): name if row or not both else _("not {name}").format(name=names[1]),
                "n": str(counts.support[row]),
                _("Precision"): ratio(float(found.precision[row])),
                _("Recall"): ratio(float(found.recall[row])),
                "F1": ratio(float(found.f1[row])),
            }
            for row, name in enumerate(names[:MOST_CLASSES])
        ]
    )
    _say_cut(len(names))


def _say_cut(classes: int) -> None:
    """That a table does not hold all of them."""
    if classes > MOST_CLASSES:
        words = _("The first {n} of {total} are shown.")
        st.caption(words.format(n=MOST_CLASSES, total=number(classes, 0)))


def _show_averages(counts: ClassCounts, zero: float) -> None:
    rows = []
    for how in AVERAGES:
        found = averaged(counts, how, zero)
        classes = found.classes
        rows.append(
            {
                _("Average"): _(AVERAGE_NAMES[how]),
                _("Precision"): ratio(found.precision),
                _("Recall"): ratio(found.recall),
                "F1": ratio(found.f1),
                _("Classes averaged"): str(classes[0]) if len(set(classes)) == 1 else " / ".join(map(str, classes)),
            }
        )
    show_table(rows)
    st.caption(" · ".join(named(_(AVERAGE_NAMES[how]), _(words)) for how, words in AVERAGE_WORDS.items()))


def _show_derivation(counts: ClassCounts, zero: float) -> None:
    with derivation(_("Macro, micro and weighted F1")):
        latex(macro_formula(counts, zero))
        together = counts.together().of(0)
        tp, fp, fn = together.tp, together.fp, together.fn
        latex(
            rf"\text{{micro}} = \frac{{2 \sum TP}}{{2 \sum TP + \sum FP + \sum FN}} = \frac{{2 \cdot {tp}}}"
            rf"{{2 \cdot {tp} + {fp} + {fn}}} = {term(averaged(counts, 'micro', zero).f1)}"
        )
        latex(weighted_formula(counts, zero))
        st.markdown(
            _("Where classes exclude each other, micro precision, recall and F1 are all equal to accuracy: every false"
              " alarm of one class is a miss of another.")
        )  # fmt: skip


def macro_formula(counts: ClassCounts, zero: float) -> str:
    """The mean of the classes that have an F1; the sum ends in dots where it has more terms than the table rows."""
    found, each = averaged(counts, "macro", zero), class_scores(counts, zero).f1
    terms = [term(float(value)) for value in each if not np.isnan(value)]
    return rf"\text{{macro}} = {_fraction(terms, found.classes[2])}{term(found.f1)}"


def weighted_formula(counts: ClassCounts, zero: float) -> str:
    """Likewise, each class as often as it is true; equally often where none of them ever is (as `averaged` does)."""
    each = class_scores(counts, zero).f1
    known = ~np.isnan(each)
    support = counts.support if counts.support[known].any() else np.ones(len(each), int)
    pairs = zip(support[known], each[known], strict=True)
    terms = [rf"{weight} \cdot {term(float(value))}" for weight, value in pairs]
    return (
        rf"\text{{weighted}} = {_fraction(terms, int(support[known].sum()))}"
        rf"{term(averaged(counts, 'weighted', zero).f1)}"
    )


def _fraction(terms: Sequence[str], whole: int) -> str:
    """The sum over what it is divided by, and the sign that its value follows; nothing without a term."""
    shown = [*terms[:MOST_CLASSES], *([r"\cdots"] if len(terms) > MOST_CLASSES else [])]
    return rf"\frac{{{' + '.join(shown)}}}{{{whole}}} = " if terms else ""
