"""Section: the number after each normalisation step, and the same edits in other conventions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from vizcore.figures.error_ladder import ladder_figure
from vizcore.i18n import N_, _
from vizcore.metrics.text.alignment import Edits
from vizcore.metrics.text.error_rates import conventions, ladder
from vizcore.ui.charts import show_chart
from vizcore.ui.error_panel import errors_shown
from vizcore.ui.panels.reading import record
from vizcore.ui.panels.reading.page_state import (
    KEY,
    STEP_NAMES,
    EngineReading,
    Source,
    choose_steps,
    compared,
    rate,
)
from vizcore.ui.tables import show_table
from vizcore.ui.theme_now import dark_now

CONVENTIONS = {
    "reference": (N_("over the true text"), r"(S + D + I) / N"),
    "normalised": (N_("over edits and hits"), "(S + D + I) / (S + D + I + H)"),
    "longer": (N_("over the longer text"), "(S + D + I) / max(N, M)"),
    "jiwer_empty": (N_("jiwer 4 (an empty truth counts insertions)"), N_("(S + D + I) / N, or I")),
    "full_when_empty": (N_("an empty truth counts as 1"), N_("(S + D + I) / N, or 1")),
}


def show(source: Source, readings: Sequence[EngineReading]) -> None:
    """Ladder and conventions, for every engine side by side. Errors are shown in place."""
    truth = source.truth or ""
    with errors_shown():
        rungs = {each.name: _ladder(truth, each.text) for each in readings}
        words = _("Character error rate after each step, each on top of those before it")
        figure = ladder_figure(rungs, {key: _(text) for key, text in STEP_NAMES.items()}, dark=dark_now())
        show_chart(figure, key=f"{KEY}.chart.ladder", alt=words)
        st.caption(words)
        show_table([_rung(row, step, rungs) for row, step in enumerate(STEP_NAMES)])
        st.subheader(_("One alignment, five numbers"), anchor=False)
        steps = choose_steps()
        found = {each.name: compared(truth, each.text, steps).characters.edits for each in readings}
        show_table([_convention_row(key, found) for key in CONVENTIONS])
        st.caption(
            _("N: length of the true text, M: of the text that was read, H: hits; a rate over nothing is undefined.")
        )
    record.show(source, readings)


def _rung(row: int, step: str, rungs: dict[str, list[tuple[str, Any, Any]]]) -> dict[str, str]:
    cells = {_("Rule"): _(STEP_NAMES[step])}
    for name, values in rungs.items():
        _step, cer, wer = values[row]
        cells |= {f"CER {name}": rate(cer), f"WER {name}": rate(wer)}
    return cells


def _convention_row(key: str, found: dict[str, Edits]) -> dict[str, str]:
    words, formula = CONVENTIONS[key]
    values = {name: rate(conventions(edits)[key]) for name, edits in found.items()}
    return {_("Convention"): _(words), _("Formula"): _(formula), **values}


@st.cache_data(max_entries=20, show_spinner=False, scope="session")
def _ladder(truth: str, text: str) -> list[tuple[str, Any, Any]]:
    return [(name, found.cer, found.wer) for name, found in ladder(truth, text)]
