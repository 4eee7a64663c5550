"""What little of Streamlit's look is changed?"""

from __future__ import annotations

import streamlit as st

# 1. Less empty space above a page's title. 2. A button that shows only its icon keeps its words for screen readers.
CSS = """
[data-testid="stMainBlockContainer"] { padding-top: 3.5rem; }
[class*="st-key-tray-row"] [data-testid="stButton"] [data-testid="stMarkdownContainer"] {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
"""


def apply() -> None:
    """Adds the style sheet to the page."""
    st.html(f"<style>{CSS}</style>")
