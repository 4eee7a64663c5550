"""How long does a photo take each model? Measured when the visitor asks, after a warm-up, for this visit alone."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.ui.engine_call import answer
from vizcore.ui.panels.features.overviews import Overviews

if TYPE_CHECKING:
    from vizcore.features.overview_time import OverviewTime

KEY = "features.times"


def show(looked: Overviews) -> None:
    """A button, and then one line for each model: the median, the middle half, and of how many passes."""
    if st.button(_("Measure the time"), key=f"{KEY}.measure", icon=":material/timer:"):
        st.session_state[KEY] = _measured(looked)
    found: dict[str, OverviewTime] = st.session_state.get(KEY, {})
    titles = {card.key: card.title for card in looked.cards}
    rows = [_row(titles[key], each) for key, each in found.items() if key in titles]
    if not rows:
        return
    st.dataframe(rows, hide_index=True, width="content")
    first = next(iter(found.values()))
    st.caption(
        _(
            "Classes, vector and map of one photo on this machine ({device}), loading not included: median of {n}"
            " passes after {warm_up} that does not count."
        ).format(
            device=first.provenance.device or "cpu", n=len(first.times_ms), warm_up=number(len(first.warm_up_ms), 0)
        )
    )


def _measured(looked: Overviews) -> dict[str, OverviewTime]:
    """By model; the first photo stands for all, since what models are given has one size."""
    from vizcore.features.overview_time import OverviewTime, OverviewTimeSettings, time_overview

    settings = OverviewTimeSettings(series=secrets.token_hex(8))
    answers = {card.key: answer(time_overview, card, looked.photos[0], settings) for card in looked.cards}
    return {key: found for key, found in answers.items() if isinstance(found, OverviewTime)}


def _row(title: str, found: OverviewTime) -> dict[str, str]:
    low, high = found.quartiles_ms
    return {
        _("Model"): title,
        _("Median (ms)"): number(found.median_ms, 0),
        _("Middle half (ms)"): _("{low} to {high}").format(low=number(low, 0), high=number(high, 0)),
    }
