"""What is going on at this moment? Visitors, queue, memory; refreshed every two seconds."""

from __future__ import annotations

import streamlit as st

from vizcore import settings
from vizcore.engine import EngineStatus
from vizcore.figures.budget import budget_figure
from vizcore.i18n import _
from vizcore.i18n.numbers import number, percent
from vizcore.ui.charts import show_chart
from vizcore.ui.fragments import fragment
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.server.instance import INSTANCE
from vizcore.ui.session import engine, open_visits
from vizcore.ui.theme_now import dark_now

EVERY_S = 2.0


def show() -> None:
    fragment(_draw, every_s=EVERY_S)


def _draw() -> None:
    status = engine().status()
    show_metrics(_cells(status), width=150)
    st.caption(_("Process") + f" `{INSTANCE}`. " + _("Random name of this process; a proxy's affinity shows in it."))
    if status.replicas or status.absent:
        st.caption(_replicas(status), help=_("Processes of the cluster that do the models' work for this one."))
    limit_mb = settings.current().cache_mb
    rows = [
        (_("Models in memory"), status.memory_bytes / 1e6, status.budget_bytes / 1e6),
        (_("Kept results"), status.cache_bytes / 1e6, float(limit_mb)),
        (_("Requests waiting"), float(status.queue_length), float(settings.current().queue_limit)),
    ]
    show_chart(budget_figure(rows, dark=dark_now()), key="admin.budgets")


def _replicas(status: EngineStatus) -> str:
    here, absent = ", ".join(status.replicas) or "–", ", ".join(status.absent) or "–"
    return _("Replicas that answer: {here}. Not answering: {absent}.").format(here=here, absent=absent)


def _cells(status: EngineStatus) -> list[Cell]:
    asked = status.calls + status.cache_hits
    return [
        Cell(_("Visitors"), number(open_visits(), decimals=0), _("Sessions that this process holds now.")),
        Cell(_("Running"), number(status.running, decimals=0)),
        Cell(_("Waiting"), number(status.queue_length, decimals=0)),
        Cell(_("Model calls"), number(status.calls, decimals=0), _("Since the process began.")),
        Cell(
            _("From memory"),
            percent(status.cache_hits / asked, 0) if asked else "–",
            _("Answers that were known already: {hits} of {asked}.").format(hits=status.cache_hits, asked=asked),
        ),
    ]
