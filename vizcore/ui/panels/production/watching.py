"""This app about itself: what it noted of its own answers, and whether golden pictures still get their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from vizcore.figures.costs import run_histogram
from vizcore.i18n import N_, _, ngettext
from vizcore.i18n.class_names import class_name
from vizcore.i18n.numbers import number, percent, small
from vizcore.monitoring.events import Event, shared_log, summarise
from vizcore.monitoring.golden import last_checks
from vizcore.ui import downloads
from vizcore.ui.access import may
from vizcore.ui.charts import show_chart
from vizcore.ui.engine_call import answer
from vizcore.ui.fragments import fragment
from vizcore.ui.headings import coloured_title
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.cost.words import milliseconds
from vizcore.ui.panels.production import alarm_table
from vizcore.ui.photo_names import photo_name
from vizcore.ui.tables import show_table
from vizcore.ui.toolbar import Toolbar
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.monitoring.golden import GoldenCheck

PROBLEMS = {
    "weights": N_("other weights"),
    "recipe": N_("another preprocessing"),
    "photos": N_("other photos"),
    "label": N_("another first answer"),
    "score": N_("another probability"),
}
ROWS = 12
REFRESH_S = 10.0


def show(card: ModelCard, bar: Toolbar) -> None:
    """Golden pictures first, so that there is something to note; then alarms and notes, which renew themselves."""
    _show_golden(card)
    fragment(_show_live, every_s=REFRESH_S)


def _show_live() -> None:
    alarm_table.show()
    _show_events(list(shared_log().events))


def _show_golden(card: ModelCard) -> None:
    from vizcore.monitoring.golden import check, golden_answers, golden_photos, record

    photos = golden_photos()
    found = answer(golden_answers, card, photos)
    if found is None:
        return
    checked = check(found)
    rows = zip(photos, found.labels, found.scores.tolist(), strict=True)
    left, right = st.columns([3, 2])
    with left:
        show_table(
            [
                {
                    _("Golden picture"): photo_name(photo),
                    _("Answer"): class_name(label) if label else _("nothing found"),
                    "p": percent(score, 1),
                }
                for photo, label, score in rows
            ]
        )
    with right:
        st.markdown(coloured_title(card))
        _show_check(checked)
        if may("administrator") and st.button(_("Record these answers"), key="production.record"):
            try:
                record(found)
                st.rerun()
            except OSError:
                st.error(_("The record cannot be written; please check the cache folder."))
    _show_start()


def _show_start() -> None:
    """What the last start found for every model of ours."""
    known = last_checks()
    if not known:
        st.caption(_("Not checked at a start yet: a server does so by itself soon after it starts (start_check)."))
        return
    failed = [key for key, row in known.items() if not row["passed"]]
    models = ngettext("{n} model", "{n} models", len(known)).format(n=len(known))
    if failed:
        st.error(_("At the last start, of {models} not as recorded: {failed}.").format(
            models=models, failed=", ".join(failed)))  # fmt: skip
    else:
        st.caption(_("At the last start: {models} asked, all as recorded.").format(models=models))


def _show_check(checked: GoldenCheck) -> None:
    if not checked.recorded:
        st.info(_("Nothing is recorded yet: record today's answers, and every later visit compares with them."))
    elif checked.passed:
        st.success(_("As recorded (largest difference {drift}).").format(drift=small(checked.drift)))
    else:
        problems = ", ".join(_(PROBLEMS[each]) for each in checked.problems)
        st.error(_("Not as recorded: {problems} (largest difference {drift}).").format(
            problems=problems, drift=small(checked.drift)))  # fmt: skip


def _show_events(events: list[Event]) -> None:
    st.subheader(_("What this server noted"), anchor=False)
    found = summarise(events)
    show_metrics(
        [
            Cell(_("Answers and errors"), number(found.n, 0)),
            Cell(_("Errors"), number(found.errors, 0)),
            Cell(_("Empty"), "–" if found.empty_rate is None else percent(found.empty_rate, 0),
                 _("Share of detections without a box")),
        ]
    )  # fmt: skip
    if found.tops:
        show_chart(
            run_histogram([(_("first class"), np.array(found.tops))], axis=_("Probability"), count=_("Answers")),
            key="production.tops",
            alt=_("How sure the answers were"),
        )
    show_table(
        [
            {
                _("Operation"): operation.removeprefix("vizcore."),
                _("Model"): model,
                "n": number(n, 0),
                "p50": milliseconds(median),
                "p95": milliseconds(slow, _("refused")),
            }
            for (operation, model), (n, median, slow) in list(found.by_operation.items())[:ROWS]
        ]
    )
    if found.codes:
        show_table([{_("Error"): code, "n": str(count)} for code, count in found.codes.items()])
    _show_where(events)


def _show_where(events: list[Event]) -> None:
    log = shared_log()
    if log.problem:
        st.error(_("The event log cannot be written ({reason}); events are kept in memory only.").format(
            reason=log.problem))  # fmt: skip
    st.caption(
        _(
            "Of each answer: operation, model, the start of the weights' and photos' hashes, times, an error's code, "
            "counts "
            "and scores. Never a picture, a name or an address. Kept in memory (the last 2,000) and, where the setting "
            "event_log names a file, as JSON lines that are turned over."
        )
    )
    if may("administrator") and events:
        lines = "\n".join(each.line() for each in events).encode()
        words = ngettext("{n} event (JSON lines)", "{n} events (JSON lines)", len(events)).format(n=len(events))
        downloads.download_made(
            lambda: lines, name="events.jsonl", mime="application/jsonl", key="production.events", label=words
        )
