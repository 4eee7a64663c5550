"""What does a lecture hide, and how large is its type?"""

from __future__ import annotations

import streamlit as st

# 24 px at 1080 lines for running text; nothing at the sides but the page.
CSS = """
html { font-size: clamp(17px, 2.2vh, 26px); }
[data-testid="stSidebar"], [data-testid="stSidebarCollapsedControl"], [data-testid="stHeader"],
[data-testid="stExpandSidebarButton"], [class*="st-key-page-head-"] { display: none; }
[class*="st-key-lecture-bar"] { position: fixed; bottom: 0; left: 0; right: 0; z-index: 30; padding: 2px 1rem; }
[class*="st-key-lecture-bar"] { background: var(--st-background-color, Canvas); border-top: 1px solid #8884; }
[class*="st-key-lecture-bar"] button { min-height: 1.9rem; padding-block: 0; }
[class*="st-key-page-lead-"] { display: none; }
body:not(.vizcore-controls) [class*="st-key-toolbar-"] { display: none; }
[data-testid="stMainBlockContainer"] { padding-top: 0.4rem; padding-bottom: 4rem; max-width: none; }
[data-testid="stMain"] { --vizcore-figure-height: 46vh; }
[data-testid="stMain"] [data-testid="stVerticalBlock"] { gap: 0.5rem; }
[class*="st-key-lecture-words"] h1 { font-size: 1.5rem; }
[data-testid="stMain"] [data-testid="stImage"] img { max-height: 46vh; width: auto !important; max-width: 100%; }
body.vizcore-blank [data-testid="stMain"] { visibility: hidden; }
"""


def apply() -> None:
    st.html(f"<style>{CSS}</style>")
