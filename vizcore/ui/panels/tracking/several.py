"""Several sequences at once: each by itself, all of them together, and why that is not the mean."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.metrics.tracking.report import TrackingScores, combined, plain_means
from vizcore.ui import downloads
from vizcore.ui.panels.tracking.page_state import KEY
from vizcore.ui.panels.tracking.words import score
from vizcore.ui.tables import show_table

SHOWN = ("mota", "motp", "idf1", "hota", "deta", "assa")


def show(scores: Mapping[str, TrackingScores]) -> None:
    """A row for each sequence, then all as one: counts added, every value computed anew."""
    together = combined(list(scores.values()))
    means = plain_means(list(scores.values()))
    show_table(
        [
            *(_row(name, found) for name, found in scores.items()),
            _row(_("all together, computed anew"), together),
            {_("Sequence"): _("mean of the rows, not to be quoted"), **_cells(means), _("Switches"): "", "GT": ""},
        ]
    )
    st.caption(_("A short sequence would weigh as much as a long one in a mean; together, every box weighs the same."))
    rows: list[dict[str, downloads.Cell]] = [
        {"sequence": name, **found.numbers()} for name, found in {**scores, "all": together}.items()
    ]
    downloads.download_csv(rows, name="sequences", key=f"{KEY}.sequences.csv")


def _row(name: str, found: TrackingScores) -> dict[str, str]:
    values = found.numbers()
    switches, truth = number(values["id_switches"], 0), number(found.clear.truth, 0)
    return {_("Sequence"): name, **_cells(values), _("Switches"): switches, "GT": truth}


def _cells(values: Mapping[str, float]) -> dict[str, str]:
    names = {"deta": "DetA", "assa": "AssA"}
    return {names.get(each, each.upper()): score(values[each]) for each in SHOWN}
