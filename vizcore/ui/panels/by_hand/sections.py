"""One section of the page at a time; the choice is in the address."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.ui import url_state
from vizcore.ui.panels.by_hand.url_values import hidden
from vizcore.ui.toolbar import Toolbar

SECTIONS = {
    "forward": N_("Forward"),
    "backward": N_("Backward"),
    "check": N_("Gradient check"),
    "learn": N_("Learn digits"),
    "cost": N_("What a layer costs"),
}
KEY = "by_hand.section"


def show(bar: Toolbar) -> str:
    """The row of questions, unless a link hides it, and the chosen section, whose key is returned."""
    from vizcore.ui.panels.by_hand import check, cost, learn, walk

    if "sections" in hidden():
        chosen = url_state.remembered_one(KEY, allowed=SECTIONS, default="forward")
        st.header(_(SECTIONS[chosen]), anchor=False)
    else:
        titles = {key: _(title) for key, title in SECTIONS.items()}
        chosen = bar.sections(titles, key=KEY, default="forward")
    {
        "forward": walk.show_forward,
        "backward": walk.show_backward,
        "check": check.show,
        "learn": learn.show,
        "cost": cost.show,
    }[chosen]()
    return chosen
