"""What did the address ask for that the page cannot show? Kept until something else is chosen, and said in one line."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import _
from vizcore.ui.markdown_escape import escaped

REFUSED = "url_state.refused"


def begin_page() -> None:
    """Nothing was refused on this page yet."""
    st.session_state[REFUSED] = {}


def note(key: str, asked: str) -> None:
    """The address has this value for the setting, which is not to be had."""
    st.session_state.setdefault(REFUSED, {})[key] = asked


def forget(key: str) -> None:
    """Something else was chosen for the setting."""
    st.session_state.get(REFUSED, {}).pop(key, None)


def say(key: str, allowed: str) -> None:
    """One sentence where the address asked for what is not to be had. allowed: what is, or ""."""
    asked = st.session_state.get(REFUSED, {}).get(key)
    if asked is None:
        return
    if allowed:
        words = _("The address asks for {key} = “{asked}”, but it takes {allowed}: the usual choice is shown.")
    else:
        words = _("The address asks for {key} = “{asked}”, which is not to be had here: the usual choice is shown.")
    said = words.format(key=escaped(key), asked=escaped(asked), allowed=escaped(allowed, longest=200))
    st.caption(f":material/link_off: {said}")
