"""What may a teacher hide before sharing the link?"""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import _
from vizcore.ui import url_state
from vizcore.ui.panels.by_hand.url_values import GROUPS, HIDE, hidden


def show() -> None:
    """A menu of what can be hidden; where it hides itself, one line says how everything comes back."""
    gone = hidden()
    if "teacher" in gone:
        st.caption(_("This link hides some controls."))
        st.button(_("Show all controls"), key="by_hand.show_all", on_click=_show_all, type="tertiary")
        return
    with st.popover(_("Teacher"), icon=":material/school:"):
        st.markdown(
            _("Everything on this page is in its address. What you hide here is hidden for whoever opens the link.")
        )
        widget = f"{HIDE}.widget"
        texts = {key: _(text) for key, text in GROUPS.items()}
        st.session_state[widget] = [key for key in GROUPS if key in gone]
        st.multiselect(
            _("Hide"),
            list(texts),
            format_func=texts.__getitem__,
            key=widget,
            on_change=url_state.keeping(HIDE, widget, default=[]),
            placeholder=_("Choose"),
        )


def _show_all() -> None:
    url_state.remember(HIDE, [], default=[])
