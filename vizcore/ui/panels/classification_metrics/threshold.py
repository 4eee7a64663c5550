"""Section: one threshold. It moves the points on both curves, the matrix, the cost, the queue and the pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from vizcore.figures.confusion import confusion_cells
from vizcore.figures.operating_curves import cost_figure, pr_figure, roc_figure, score_histogram
from vizcore.i18n import _
from vizcore.i18n.numbers import number, ratio
from vizcore.metrics.classification.bootstrap import Bands
from vizcore.metrics.classification.counts import Counts
from vizcore.metrics.classification.ranking import Ranking, average_precision, cheapest, examples_of_cell, roc_auc
from vizcore.metrics.classification.report import operating_point
from vizcore.metrics.proportion import wilson_interval
from vizcore.ui import choices, url_state
from vizcore.ui.charts import show_chart
from vizcore.ui.derivation import derivation, latex, term
from vizcore.ui.fragments import fragment
from vizcore.ui.markdown_escape import visible
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.classification_metrics import record
from vizcore.ui.panels.classification_metrics.examples import show_examples
from vizcore.ui.panels.classification_metrics.page_state import (
    AGAINST,
    KEY,
    PageState,
    bands_of,
    class_words,
    ranking_of,
)
from vizcore.ui.panels.classification_metrics.sources import size_words
from vizcore.ui.panels.detection_metrics.threshold import clicked_point
from vizcore.ui.theme_now import dark_now
from vizcore.ui.told import told

START = 0.3
CELLS = ("tn", "fp", "fn", "tp")
CELL, FIRST_CELL = f"{KEY}.cell", "fp"
MATRIX = f"{KEY}.chart.cells"


@dataclass(frozen=True)
class Choice:
    """column: the class that is asked for. miss, alarm: what a false negative and a false positive cost."""

    column: int
    threshold: float
    miss: float
    alarm: float


def show(state: PageState) -> None:
    """Everything that the threshold changes, in one part of the page that refreshes alone."""
    fragment(lambda: _show(state))


def _show(state: PageState) -> None:
    choice = _choose(state)
    ranking = ranking_of(state, choice.column)
    counts = ranking.counts_at(choice.threshold)
    _show_figures(state, choice, ranking, counts)
    _show_numbers(state, choice, ranking, counts)
    _show_cell(state, choice)
    left, right = st.columns(2)
    truth, scores = state.data.truth[:, choice.column], np.asarray(state.data.scores[:, choice.column])
    with left:
        words = _("How many examples have which score; the line is the threshold")
        figure = score_histogram(truth, scores, choice.threshold, dark=dark_now())
        show_chart(figure, key=f"{KEY}.chart.scores", alt=words)
        st.caption(words)
    with right:
        words = _("Cost of each threshold, and the queue: how many examples are called positive")
        figure = cost_figure(ranking, choice.threshold, choice.miss, choice.alarm, dark=dark_now())
        show_chart(figure, key=f"{KEY}.chart.cost", alt=words)
        st.caption(words)
        _show_cheapest(state, choice, ranking)
    _show_derivation(choice, ranking, counts)
    bands = bands_of(state, choice.column)  # not on the press, which comes outside of the visit's script
    record.show(state, choice.threshold, lambda: _point(state, choice, ranking, bands))


def _point(state: PageState, choice: Choice, ranking: Ranking, bands: Bands) -> dict[str, Any]:
    """What the section shows, for the report."""
    found = operating_point(ranking, bands, choice.threshold, miss=choice.miss, alarm=choice.alarm)
    return {"label": state.data.labels[choice.column], **found}


def _choose(state: PageState) -> Choice:
    data = state.data
    columns = st.columns([4, 2, 1, 1] if len(data.labels) > 1 else [5, 1, 1])
    threshold = _threshold_slider(state, columns[0])
    column = 0
    if len(data.labels) > 1:
        with columns[1]:
            url_state.belongs_to(AGAINST, data.labels)
            column = choices.choose_place(_("Class against the rest"), class_words(data), key=AGAINST)
    miss = columns[-2].number_input(
        _("Cost of a miss"), 0.0, 1000.0, 5.0, 1.0, format="%g", help=_("For each positive that is not called (FN)."),
        **url_state.bound(f"{KEY}.miss"),
    )  # fmt: skip
    alarm = columns[-1].number_input(
        _("Of an alarm"), 0.0, 1000.0, 1.0, 1.0, format="%g", help=_("For each negative that is called positive (FP)."),
        **url_state.bound(f"{KEY}.alarm"),
    )  # fmt: skip
    return Choice(int(column), float(threshold), float(miss), float(alarm))


def _threshold_slider(state: PageState, place: st.delta_generator.DeltaGenerator) -> float:
    scores = state.data.scores
    words = _("Examples with at least this score are called positive.")
    if ((scores >= 0) & (scores <= 1)).all():
        bound = url_state.bound(f"{KEY}.threshold")
        return float(place.slider(_("Score threshold"), 0.0, 1.0, START, 0.005, format="%.3f", help=words, **bound))
    low, high = float(scores.min()), float(scores.max())
    high = high if high > low else low + 1.0
    key = f"{KEY}.threshold.{low:g}.{high:g}"
    return float(
        place.slider(_("Score threshold"), low, high, (low + high) / 2, (high - low) / 200, key=key, help=words)
    )


def _show_figures(state: PageState, choice: Choice, ranking: Ranking, counts: Counts) -> None:
    """The curves and the matrix."""
    bands = bands_of(state, choice.column)
    first, second, third = st.columns(3)
    with first:
        words = _("ROC curve with the point of this threshold")
        figure = roc_figure(ranking, bands, counts, dark=dark_now())
        show_chart(figure, key=f"{KEY}.chart.roc", alt=words)
    with second:
        words = _("Precision-recall curve with the point of this threshold")
        figure = pr_figure(ranking, bands, counts, dark=dark_now())
        show_chart(figure, key=f"{KEY}.chart.pr", alt=words)
    with third:
        matrix = counts.matrix
        words = _("Confusion matrix at this threshold. Click a cell to see its examples.")
        show_chart(
            confusion_cells(matrix, [_("negative"), _("positive")]), key=MATRIX, alt=words,
            on_select=told(MATRIX, _keep_clicked), selection_mode="points",
        )  # fmt: skip
        st.caption(words)


def _keep_clicked(event: Any) -> None:
    """A click on a cell of the matrix chooses it; one beside them changes nothing."""
    clicked = clicked_point(event)
    if len(clicked) >= 2:
        url_state.remember(CELL, [CELLS[2 * clicked[0] + clicked[1]]], default=[FIRST_CELL])


def _show_numbers(state: PageState, choice: Choice, ranking: Ranking, counts: Counts) -> None:
    bands = bands_of(state, choice.column)
    low, high = wilson_interval(counts.tp + counts.tn, counts.total)
    show_metrics(
        [
            Cell(_("Precision"), ratio(counts.precision), _("Of what is called positive, how much is.")),
            Cell(_("Recall"), ratio(counts.recall), _("Of what is positive, how much is called so.")),
            Cell("F1", ratio(counts.f1), _("2 TP / (2 TP + FP + FN): defined even where precision is 0/0.")),
            Cell(_("Accuracy"), ratio(counts.accuracy), _("95 % interval (Wilson)"), f"{ratio(low)} – {ratio(high)}"),
            Cell(_("Balanced accuracy"), ratio(counts.balanced_accuracy), _("Mean recall of both sides.")),
            Cell(_("Queue"), number(counts.queue, 0), _("Examples called positive: what somebody has to look at.")),
            Cell(_("Cost"), number(counts.cost(choice.miss, choice.alarm), 1), _("Misses and alarms at your prices.")),
            Cell("ROC-AUC", ratio(roc_auc(ranking)), _("Does not move with the threshold."), _interval(bands.roc_auc)),
            Cell("PR-AUC", ratio(average_precision(ranking)), _("Average precision, the area under the steps."),
                 _interval(bands.average_precision)),
        ],
        width=140,
    )  # fmt: skip
    st.caption(
        _(
            "{title}: {sizes}. Orange: this threshold. Light blue, and small under the areas: the middle 95 % of {n}"
            " resamples. Dashed: a coin. Hollow: the point that scikit-learn adds."
        ).format(title=visible(state.title), sizes=size_words(state, choice.column), n=number(bands.used, 0))
    )
    if not ranking.positives or not ranking.negatives:
        st.info(
            _("Only one of the two sides is present, so ROC-AUC is not defined and the curves say nothing."),
            icon=":material/info:",
        )
    elif len(ranking.thresholds) == 1:
        st.info(
            _("All scores are equal: the only choice is all or nothing, and ROC-AUC is 0.5."), icon=":material/info:"
        )


def _interval(ends: np.ndarray) -> str | None:
    return f"{ratio(float(ends[0]))} – {ratio(float(ends[1]))}" if np.isfinite(ends).all() else None


def _show_cell(state: PageState, choice: Choice) -> None:
    """The examples behind one cell of the matrix: the last one that was clicked or taken from the list."""
    texts = {
        "fp": _("False alarms (FP)"),
        "fn": _("Misses (FN)"),
        "tp": _("Right alarms (TP)"),
        "tn": _("Rightly left (TN)"),
    }
    cell = choices.choose_one(_("Examples behind the cell"), texts, key=CELL, default=FIRST_CELL)
    truth, scores = state.data.truth[:, choice.column], state.data.scores[:, choice.column]
    show_examples(state, examples_of_cell(truth, scores, choice.threshold, cell), choice.column)


def _show_cheapest(state: PageState, choice: Choice, ranking: Ranking) -> None:
    best = cheapest(ranking, choice.miss, choice.alarm)
    if best is None:
        return
    if best.threshold is None:
        st.markdown(_("Cheapest is to call nothing positive: {cost}.").format(cost=number(best.cost, 1)))
        return
    st.markdown(
        _("Cheapest threshold: **{at}**, cost **{cost}**. On calibrated scores theory says {theory}.").format(
            at=ratio(best.threshold), cost=number(best.cost, 1), theory=ratio(best.theory),
        )
    )  # fmt: skip


def _show_derivation(choice: Choice, ranking: Ranking, counts: Counts) -> None:
    with derivation(_("Precision, recall, rates and cost")):
        tp, fp, fn, tn = counts.tp, counts.fp, counts.fn, counts.tn
        latex(rf"P = \frac{{TP}}{{TP + FP}} = \frac{{{tp}}}{{{tp} + {fp}}} = {term(counts.precision)}")
        latex(rf"R = TPR = \frac{{TP}}{{TP + FN}} = \frac{{{tp}}}{{{tp} + {fn}}} = {term(counts.recall)}")
        latex(rf"FPR = \frac{{FP}}{{FP + TN}} = \frac{{{fp}}}{{{fp} + {tn}}} = {term(counts.false_positive_rate)}")
        latex(
            rf"F_1 = \frac{{2\,TP}}{{2\,TP + FP + FN}} = \frac{{2 \cdot {tp}}}{{2 \cdot {tp} + {fp} + {fn}}}"
            rf" = {term(counts.f1)}"
        )
        cost = counts.cost(choice.miss, choice.alarm)
        latex(rf"{choice.miss:g} \cdot FN + {choice.alarm:g} \cdot FP = {choice.miss:g} \cdot {fn} +"
                 rf" {choice.alarm:g} \cdot {fp} = {cost:g}")  # fmt: skip
        latex(rf"\text{{PR-AUC}} = \sum_k (R_k - R_{{k-1}})\,P_k = {term(average_precision(ranking))}")
        st.markdown(
            _(
                "The hollow mark at recall 0, precision 1 is added by scikit-learn so that the curve begins at the"
                " axis; no threshold reaches it. The first real point here has precision {first}. The area is that of"
                " the steps: straight lines between the points would promise precision that no threshold gives."
            ).format(first=ratio(ranking.first_precision))
        )
