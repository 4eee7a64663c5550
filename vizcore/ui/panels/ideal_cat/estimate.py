"""How long will it take? Said before Start, from two steps of each model on this machine."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import number
from vizcore.ui.engine_call import answer
from vizcore.ui.panels.ideal_cat import run_group
from vizcore.ui.panels.ideal_cat.run_group import RunConfig


def show(experiment: str, configs: Sequence[RunConfig]) -> None:
    """The expected seconds, or, where a model cannot begin, its reason; nothing for what runs or has just run."""
    shown = run_group.current(experiment)
    if not configs or run_group.under_way() or (shown is not None and list(shown.configs) == list(configs)):
        return
    from vizcore.generation.ideal.run import expected_seconds

    seconds = 0.0
    for last in {config.card.key: config for config in configs}.values():  # the last recipe is the dearest
        if found := answer(expected_seconds, last.card, last.photo or (), last.settings):
            seconds += found.seconds * sum(config.card.key == last.card.key for config in configs)
    if seconds:
        steps = sum(config.settings.steps for config in configs)
        words = _("About **{seconds} s** for {steps}, timed on this machine just now.")
        st.markdown(words.format(seconds=number(max(1, round(seconds)), 0), steps=counted("step", steps)))
