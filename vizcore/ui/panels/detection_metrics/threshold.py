"""Section: the operating point. The score threshold moves P, R, F1, the confusion matrix and the boxes; AP stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from vizcore.figures.confusion import confusion_cells
from vizcore.figures.precision_recall import threshold_curves
from vizcore.i18n import _
from vizcore.i18n.numbers import decimal, number
from vizcore.metrics.detection.cases import false_pairs, missed_pairs, right_pairs
from vizcore.metrics.detection.match_result import MatchResult, average_precision_of, mean_over_classes
from vizcore.metrics.detection.operating_point import (
    ClassScores,
    Confusion,
    Counts,
    class_scores,
    confusion_at,
    counts_at,
    threshold_curve,
)
from vizcore.ui import choices, downloads, url_state
from vizcore.ui.charts import show_chart
from vizcore.ui.derivation import derivation, latex, term
from vizcore.ui.fragments import fragment
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.detection_metrics import record
from vizcore.ui.panels.detection_metrics.class_headings import class_headings, words_of_matrix
from vizcore.ui.panels.detection_metrics.page_state import (
    KEY,
    PageState,
    choose_iou,
    class_words,
    match_result_of,
    near_pairs_of,
    ratio,
)
from vizcore.ui.panels.detection_metrics.pictures import (
    Case,
    show_cases,
    show_crops,
    show_legend,
    show_picture,
)
from vizcore.ui.tables import show_table
from vizcore.ui.theme_now import dark_now
from vizcore.ui.told import told

CELL = (f"{KEY}.cell.truth", f"{KEY}.cell.found")  # rows of the matrix in the address, from 1; background is the last
NUMBER_WIDTH = 155  # in pixels
MOST_CLASSES = 40  # in the matrix; beyond, the most frequent ones


def show(state: PageState) -> None:
    """Everything that a threshold changes, in one part of the page that refreshes alone."""
    fragment(lambda: _show(state))


def _show(state: PageState) -> None:
    left, right = st.columns(2)
    with left:
        score = choose_score()
    with right:
        iou = choose_iou()
    match_result = match_result_of(state, iou)
    counts = counts_at(match_result, score)
    _show_numbers(match_result, counts)
    confusion = confusion_at(state.data, match_result, score, near_pairs_of(state, iou))
    curve, matrix = st.columns([2, 3])
    with curve:
        figure = threshold_curves(threshold_curve(match_result), score, dark=dark_now())
        words = _("Precision, recall and F1 of all classes together against the score threshold")
        show_chart(figure, key=f"{KEY}.thresholds", alt=words)
        st.caption(words)
        _show_one_picture(state, confusion)
    with matrix:
        cell = _show_matrix(state, confusion)
    _show_best(match_result, score)
    _show_working(counts)
    _show_cell(state, confusion, cell)
    _show_kinds(state, confusion)
    _show_classes(state, match_result, score)
    record.show(state, iou, score, confusion)


def choose_score() -> float:
    """The operating point, the same one in all sections."""
    return st.slider(
        _("Score threshold"), 0.0, 1.0, 0.5, 0.01, help=_("Boxes with a lower score are not shown to anybody."),
        **url_state.bound(f"{KEY}.score"),
    )  # fmt: skip


def _show_numbers(match_result: MatchResult, counts: Counts) -> None:
    mean_ap = mean_over_classes(average_precision_of(match_result))
    cells = [
        (_("Precision"), ratio(counts.precision), _("Of what is shown, how much is right.")),
        (_("Recall"), ratio(counts.recall), _("Of what is there, how much is shown.")),
        ("F1", ratio(counts.f1), _("Harmonic mean of both.")),
        (
            f"mAP@{decimal(match_result.iou, 2)}",
            ratio(mean_ap),
            _("Uses all thresholds at once: it does not move with the slider."),
        ),
    ]
    show_metrics((Cell(*cell) for cell in cells), width=NUMBER_WIDTH)


def _show_working(counts: Counts) -> None:
    with derivation(_("Precision, recall and F1")):
        true, false, missed = counts.true, counts.false, counts.missed
        latex(rf"P = \frac{{TP}}{{TP + FP}} = \frac{{{true}}}{{{true} + {false}}} = {term(counts.precision)}")
        latex(rf"R = \frac{{TP}}{{TP + FN}} = \frac{{{true}}}{{{true} + {missed}}} = {term(counts.recall)}")
        latex(
            rf"F_1 = \frac{{2\,TP}}{{2\,TP + FP + FN}} = \frac{{2 \cdot {true}}}{{2 \cdot {true} + {false} + {missed}}}"
            rf" = {term(counts.f1)}"
        )


def _show_best(match_result: MatchResult, score: float) -> None:
    curve = threshold_curve(match_result)
    if curve.best is None:
        return
    at, best = float(curve.scores[curve.best]), float(curve.f1[curve.best])
    st.markdown(
        _("F1 is largest, **{best}**, at the threshold **{at}**; here it is {here}.").format(
            best=ratio(best), at=ratio(at), here=ratio(counts_at(match_result, score).f1)
        )
    )


def _show_matrix(state: PageState, confusion: Confusion) -> tuple[int, int] | None:
    """The matrix; the cell that was clicked, as rows of the class names (the last is background)."""
    names = words_of_matrix(state.data)
    shown = confusion.busiest(MOST_CLASSES)
    figure = confusion_cells(confusion.matrix, names, shown)
    words = _(
        "Confusion matrix: rows are the truth, columns what was found; the lighter, the larger the share of its row."
        " Click a cell to see its pictures."
    )
    chart = f"{KEY}.chart.confusion"

    def clicked(event: Any) -> None:
        for key, row in zip(CELL, clicked_point(event)[:2], strict=False):
            url_state.remember(key, [str(row + 1)], default=[""])

    show_chart(figure, key=chart, alt=words, on_select=told(chart, clicked), selection_mode="points")
    st.caption(words)
    if len(shown) < len(names):
        st.caption(_("The {n} classes with the most entries are shown.").format(n=len(shown) - 1))
    texts = {"": "–", **{str(row + 1): visible(names[row]) for row in shown}}
    cell = [_choose_class(*each, texts) for each in zip(st.columns(2), (_("Truth"), _("Found")), CELL, strict=True)]
    return (cell[0], cell[1]) if min(cell) >= 0 else None


def _choose_class(column: Any, label: str, key: str, texts: dict[str, str]) -> int:
    """A class's row, or -1."""
    with column:
        return int(choices.choose_from(label, texts, key=key, default="") or 0) - 1


def clicked_point(event: Any) -> list[int]:
    """The customdata of the point that was clicked, [] for none."""
    points = event["selection"]["points"] if event else []
    values = points[-1].get("customdata") if points else None
    if isinstance(values, dict):
        values = list(values.values())
    return [int(value) for value in values] if isinstance(values, (list, tuple)) else []


def _show_cell(state: PageState, confusion: Confusion, cell: tuple[int, int] | None) -> None:
    if cell is None:
        return
    names = words_of_matrix(state.data)
    entries = confusion.entries(*cell)
    st.markdown(
        _("**{truth}** found as **{found}**: {n}").format(
            truth=escaped(names[cell[0]]), found=escaped(names[cell[1]]), n=number(len(entries), 0)
        )
    )
    show_cases(state, [Case(int(confusion.truth[each]), int(confusion.found[each])) for each in entries])


def _show_kinds(state: PageState, confusion: Confusion) -> None:
    """Crops of the right, the false or the missed boxes: the surest of the found ones, the largest of the missed."""
    kinds = {
        "fp": (_("False (FP)"), false_pairs(state.data, confusion)),
        "fn": (_("Missed (FN)"), missed_pairs(state.data, confusion)),
        "tp": (_("Right (TP)"), right_pairs(state.data, confusion)),
    }
    st.subheader(_("Right, false, missed"), anchor=False)
    texts = {key: f"{title} · {number(len(pairs), 0)}" for key, (title, pairs) in kinds.items()}
    chosen = choices.choose_one(_("Which boxes"), texts, key=f"{KEY}.kind", default="fp", quiet=True)
    show_crops(state, [Case(*pair) for pair in kinds[chosen][1]])


def _show_one_picture(state: PageState, confusion: Confusion) -> None:
    names = state.data.pictures.names
    if names:
        url_state.belongs_to(f"{KEY}.picture", tuple(names))
        first = state.data.fullest_picture
        shown = [visible(name) for name in names]
        place = choices.choose_place(_("Picture"), shown, key=f"{KEY}.picture", default=first)
        show_picture(state, place, confusion)
        show_legend()


def _show_classes(state: PageState, match_result: MatchResult, score: float) -> None:
    found, names = class_scores(match_result, score), class_words(state)
    rows = [
        {
            _("Class"): names[each.row],
            "TP": str(each.counts.true),
            "FP": str(each.counts.false),
            "FN": str(each.counts.missed),
            _("Precision"): ratio(each.counts.precision),
            _("Recall"): ratio(each.counts.recall),
            "F1": ratio(each.counts.f1),
            f"AP@{decimal(match_result.iou, 2)}": ratio(each.ap),
        }
        for each in found[:MOST_CLASSES]
    ]
    with st.expander(_("Each class"), icon=":material/table:"):
        show_table(rows)
        downloads.download_csv(_as_numbers(state, found), name="classes", key=f"{KEY}.classes.csv")


def _as_numbers(state: PageState, found: Sequence[ClassScores]) -> list[dict[str, downloads.Cell]]:
    headings = class_headings(state.data)
    return [
        {
            "class": headings[each.row],
            "tp": each.counts.true,
            "fp": each.counts.false,
            "fn": each.counts.missed,
            "precision": each.counts.precision,
            "recall": each.counts.recall,
            "f1": each.counts.f1,
            "ap": each.ap,
        }
        for each in found
    ]
