"""Alarms: every limit, what is measured now, and what to do about one that is crossed."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.numbers import number, percent
from vizcore.i18n.pieces import named
from vizcore.monitoring.alarms import ALARMS, Alarm, alarms
from vizcore.monitoring.events import shared_log
from vizcore.ui.panels.cost.words import milliseconds
from vizcore.ui.tables import show_table


def show() -> None:
    """The ringing ones first, then the table and its rule."""
    found = alarms(shared_log())
    ringing = [each for each in found if each.ringing]
    st.subheader(_("Alarms"), anchor=False)
    for each in ringing:
        st.error(_alarm_words(each), icon=":material/alarm:")
    if not ringing:
        st.success(_("No limit is crossed."))
    show_table(
        [
            {
                _("Watched"): _(ALARMS[each.name].title),
                _("Now"): _value(each, each.finding.value),
                _("Limit"): _value(each, each.limit),
                "n": number(each.finding.n, 0),
                _("State"): _state(each),
            }
            for each in found
        ]
    )
    st.caption(
        _(
            "A share rings once even the lower end of its 95 % interval lies over the limit; a percentile once there "
            "are runs enough. The server writes each beginning and end into its own log. Limits: alarm_error_rate, "
            "alarm_empty_rate and alarm_p95_ms."
        )
    )


def _state(each: Alarm) -> str:
    if each.ringing:
        return _("alarm")
    return _("too few yet") if each.finding.value != each.finding.value else _("quiet")


def _alarm_words(each: Alarm) -> str:
    """Which alarm rings, its value, and what to do."""
    rule = ALARMS[each.name]
    said = named(_(rule.title), _value(each, each.finding.value))
    return f"{said}. {_(rule.remedy)}"


def _value(each: Alarm, value: float) -> str:
    if value != value:
        return "–"
    unit = ALARMS[each.name].unit
    if unit == "share":
        return percent(value, 0)
    return milliseconds(value) if unit == "ms" else number(value, 2 if unit == "effect" else 0)
