"""One section of the page at a time; the choice is in the address."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.ui import url_state
from vizcore.ui.job_panel import watch
from vizcore.ui.panels.by_hand import check, cost, learn, walk
from vizcore.ui.panels.by_hand.url_values import hidden
from vizcore.ui.sections import Section
from vizcore.ui.toolbar import Toolbar

SECTIONS = {
    "forward": Section(N_("Forward"), walk.show_forward),
    "backward": Section(N_("Backward"), walk.show_backward),
    "check": Section(N_("Gradient check"), check.show),
    "learn": Section(N_("Learn digits"), learn.show),
    "cost": Section(N_("What a layer costs"), cost.show),
}
KEY = "by_hand.section"


def show(bar: Toolbar) -> str:
    """The row of questions, unless a link hides it, and the chosen section, whose key is returned."""
    if "sections" in hidden():
        chosen = url_state.remembered_one(KEY, allowed=SECTIONS, default="forward")
        st.header(_(SECTIONS[chosen].title), anchor=False)
    else:
        chosen = bar.sections(SECTIONS, key=KEY, default="forward")
    SECTIONS[chosen].show()
    if chosen != "learn":
        watch(learn.KEY)
    return chosen
