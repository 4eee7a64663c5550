"""Does this visitor read on a dark page?"""

from __future__ import annotations

import streamlit as st


def dark_now() -> bool:
    """True on a dark page."""
    return st.context.theme.type == "dark"
