"""Section: calibration. Are probabilities what they say, what does the bins' rule change, and what one temperature?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import streamlit as st

from vizcore.figures.calibration import reliability_diagram
from vizcore.i18n import N_, _, ngettext
from vizcore.i18n.numbers import number, ratio
from vizcore.metrics.classification.agreement import wholly_right
from vizcore.metrics.classification.calibration import Closed, Strategy, calibration_of, on_an_edge, rows_of_bin
from vizcore.metrics.classification.dataset import ScoreSet
from vizcore.metrics.classification.probabilities import (
    FittedTemperature,
    at_temperature,
    brier,
    fit_temperature,
    negative_log_likelihood,
)
from vizcore.metrics.detection.calibration import Calibration
from vizcore.ui import choices, url_state
from vizcore.ui.charts import show_chart
from vizcore.ui.derivation import derivation, latex, term
from vizcore.ui.fragments import fragment
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.classification_metrics.examples import show_examples
from vizcore.ui.panels.classification_metrics.page_state import KEY, PageState
from vizcore.ui.panels.detection_metrics.threshold import clicked_point
from vizcore.ui.tables import show_table
from vizcore.ui.theme_now import dark_now

STRATEGIES = {"width": N_("equal width"), "mass": N_("equal mass")}
CLOSED = {"right": N_("(0, 0.1], 1.0 in the last"), "left": N_("[0, 0.1), 1.0 in the last"), "extra": N_("1.0 apart")}
FEW = 10  # examples of a bin below which its share says little


@dataclass(frozen=True)
class BinRule:
    """How many bins, of what, and which of two bins owns an edge."""

    bins: int
    strategy: Strategy
    closed: Closed

    def of(self, data: ScoreSet) -> Calibration:
        """The data in these bins."""
        return calibration_of(data, self.bins, strategy=self.strategy, closed=self.closed)


def show(state: PageState) -> None:
    """All of it, in a part of the page that refreshes alone."""
    if not state.data.are_probabilities:
        st.info(_("Only probabilities can be calibrated; these scores are none."), icon=":material/info:")
        return
    fragment(lambda: _show(state))


def _show(state: PageState) -> None:
    fitted = _fitted(state.key, state.data)
    first, second, third, fourth = st.columns([3, 2, 2, 3])
    with first:
        temperature = st.slider(
            _("Temperature"), 0.2, 5.0, 1.0, 0.05, help=_("Divides every logit: over 1 flatter, under 1 sharper."),
            **url_state.bound(f"{KEY}.temperature"),
        )  # fmt: skip
    with second:
        bins = int(st.slider(_("Bins"), 2, 30, 15, **url_state.bound(f"{KEY}.bins")))
    with third:
        texts = {key: _(text) for key, text in STRATEGIES.items()}
        strategy = cast(Strategy, choices.choose_one(_("Bins of"), texts, key=f"{KEY}.strategy", default="width"))
    with fourth:
        texts = {key: _(text) for key, text in CLOSED.items()}
        closed = cast(Closed, choices.choose_one(_("Edges"), texts, key=f"{KEY}.closed", default="right"))
    rule = BinRule(bins, strategy, closed)
    before = state.data.at(fitted.other_rows)
    after = at_temperature(before, temperature)
    cell = _show_diagrams(before, after, rule)
    _show_difference(before, after, rule, fitted, temperature)
    _show_edges(after, rule)
    if cell is not None:
        _show_bin(state, fitted, after, cell, rule)
    _show_derivation(rule.of(after))


@st.cache_data(max_entries=4, show_spinner=False, scope="session")
def _fitted(key: tuple[Any, ...], _data: ScoreSet) -> FittedTemperature:
    return fit_temperature(_data)


def _show_diagrams(before: ScoreSet, after: ScoreSet, rule: BinRule) -> int | None:
    """Both on the half that the temperature was not fitted on; the bin that was clicked in the second."""
    left, right = st.columns(2)
    event = None
    for place, data, key, words in (
        (left, before, "before", _("As the scores are: confidence against the share that is right, with counts")),
        (right, after, "after", _("At this temperature; click a bar to see its examples")),
    ):
        found = rule.of(data)
        with place:
            figure = reliability_diagram(found, dark=dark_now())
            _write_counts(figure, found)
            options: dict[str, Any] = {"on_select": "rerun", "selection_mode": "points"} if key == "after" else {}
            event = show_chart(figure, key=f"{KEY}.chart.{key}", alt=words, **options)
            st.caption(words)
    clicked = clicked_point(event)
    return clicked[0] if clicked else None


def _write_counts(figure: Any, found: Calibration) -> None:
    known = np.flatnonzero(found.counts)
    figure.update_traces(
        text=[number(int(found.counts[row]), 0) for row in known],
        textposition="inside",
        insidetextanchor="start",
        opacity=0.95,
        marker_opacity=[0.35 if found.counts[row] < FEW else 1.0 for row in known],
        selector={"type": "bar"},
    )


def _show_difference(
    before: ScoreSet, after: ScoreSet, rule: BinRule, fitted: FittedTemperature, temperature: float
) -> None:
    rows = [_numbers(each, rule) for each in (before, after)]
    rows[1][_("Accuracy")] = rows[0][_("Accuracy")]  # scores that are equal up to rounding may change their order
    cells = []
    for name, explain in (
        ("ECE", _("Mean gap between confidence and share that is right, weighted by the counts.")),
        ("MCE", _("The largest gap of a bin.")),
        ("NLL", _("Mean of -log of the probability of what is true.")),
        ("Brier", _("Mean squared error of the probabilities.")),
        (_("Accuracy"), _("A temperature keeps the order, so that this cannot move.")),
    ):
        first, second = rows[0][name], rows[1][name]
        cells.append(Cell(name, ratio(second), explain, _("before: {value}").format(value=ratio(first))))
    show_metrics(cells)
    st.markdown(
        _(
            "Fitted on one random half ({n} examples): **T = {best}**. Everything on this page is the other half"
            " ({m} examples), at T = {now}. Pale bars hold fewer than {few} examples: do not read them alone."
        ).format(
            n=number(len(fitted.fitted_rows), 0), m=number(len(fitted.other_rows), 0),
            best=ratio(fitted.temperature, 2), now=ratio(temperature, 2), few=FEW,
        )
    )  # fmt: skip


def _show_edges(data: ScoreSet, rule: BinRule) -> None:
    """How many confidences the rule of edges can move at all."""
    count = on_an_edge(data, rule.of(data).edges[: rule.bins + 1])
    st.caption(
        ngettext(
            "{n} confidence lies exactly on an edge, and only such a one moves with the rule of edges.",
            "{n} confidences lie exactly on an edge, and only these move with the rule of edges.",
            count,
        ).format(n=number(count, 0))
    )


def _numbers(data: ScoreSet, rule: BinRule) -> dict[str, float | None]:
    found = rule.of(data)
    return {
        "ECE": found.error,
        "MCE": found.largest,
        "NLL": negative_log_likelihood(data),
        "Brier": brier(data),
        _("Accuracy"): wholly_right(data.truth, data.predicted(0.5)) / len(data) if len(data) else None,
    }


def _show_bin(state: PageState, fitted: FittedTemperature, after: ScoreSet, cell: int, rule: BinRule) -> None:
    rows = rows_of_bin(after, rule.of(after), cell)
    column = int(after.scores[rows[0]].argmax()) if len(rows) else 0
    show_examples(state, fitted.other_rows[rows], column)


def _show_derivation(found: Calibration) -> None:
    with derivation(_("ECE of the right-hand diagram")):
        total = int(found.counts.sum())
        known = [int(row) for row in np.flatnonzero(found.counts)]
        latex(rf"ECE = \sum_b \frac{{n_b}}{{n}}\,|acc_b - conf_b| = {term(found.error)}")
        show_table(
            [
                {
                    _("Bin"): f"{ratio(float(found.edges[row]))} – {ratio(float(found.edges[row + 1]))}",
                    "n": str(found.counts[row]),
                    _("Confidence"): ratio(float(found.confidence[row])),
                    _("Share that is right"): ratio(float(found.precision[row])),
                    _("Term"): f"{found.counts[row]}/{total} · {ratio(float(found.gaps[row]))}",
                }
                for row in known
            ]
        )
