"""What does a lecture hide, and how large is its type?"""

from __future__ import annotations

import streamlit as st

# 24 px at 1080 lines for running text; nothing at the sides but the page.
CSS = """
html { font-size: clamp(17px, 2.2vh, 26px); }
[data-testid="stSidebar"], [data-testid="stSidebarCollapsedControl"], [data-testid="stHeader"],
[data-testid="stExpandSidebarButton"], [class*="st-key-page-head-"] { display: none; }
[data-testid="stMainBlockContainer"] { padding-top: 0.4rem; max-width: none; }
[class*="st-key-lecture-bar"] { position: sticky; top: 0; z-index: 30; opacity: 0.92; }
body.vizcore-blank [data-testid="stMain"] { visibility: hidden; }
"""


def apply() -> None:
    st.html(f"<style>{CSS}</style>")
