"""Whether the page is shown in the dark theme."""

from __future__ import annotations

import streamlit as st


def dark_now() -> bool:
    """True on a dark page."""
    return st.context.theme.type == "dark"
