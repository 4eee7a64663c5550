"""How long will it take? Said before Start, from two steps of each model on this machine."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.ui.engine_call import answer
from vizcore.ui.panels.ideal_cat import crew
from vizcore.ui.panels.ideal_cat.crew import Climb


def show(experiment: str, climbs: Sequence[Climb]) -> None:
    """The expected seconds, or, where a model cannot begin, its reason; nothing for what runs or has just run."""
    shown = crew.current(experiment)
    if not climbs or crew.under_way() or (shown is not None and list(shown.climbs) == list(climbs)):
        return
    from vizcore.generation.ideal.run import expected_seconds

    seconds = 0.0
    for last in {climb.card.key: climb for climb in climbs}.values():  # the last recipe is the dearest
        if found := answer(expected_seconds, last.card, last.photo or (), last.settings):
            seconds += found.seconds * sum(climb.card.key == last.card.key for climb in climbs)
    if seconds:
        steps = sum(climb.settings.steps for climb in climbs)
        words = _("About **{seconds} s** for {steps} steps, timed on this machine just now.")
        st.markdown(words.format(seconds=number(max(1, round(seconds)), 0), steps=number(steps, 0)))
