"""To whom does the running session belong? The browser's cookie, together with who has signed in."""

from __future__ import annotations

import streamlit as st

from vizcore.ui import access
from vizcore.ui.session import visit
from vizcore.ui.visitor.cookie import Owner, browser_of, token_in


def owner_now() -> Owner:
    """A browser without the cookie owns what its one session left, and nothing else."""
    token = token_in(st.context.cookies)
    browser = browser_of(token) if token else f"session {visit().session}"
    return Owner(browser, access.person().identity)


def has_cookie() -> bool:
    """Whether the browser brought the cookie that it was once given."""
    return token_in(st.context.cookies) is not None
