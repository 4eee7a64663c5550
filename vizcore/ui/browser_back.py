"""Does the browser's Back lead to the page before, and never to the same page with another setting?

Streamlit adds an entry to the browser's history each time that a setting in the address changes. Going back to such an
entry would undo nothing, since the session knows the newer choice: a dead entry. A change within a page therefore
replaces the page's own entry; only another page adds one.
"""

from __future__ import annotations

import streamlit as st

SCRIPT = """
if (!window.vizcoreBack) {
  window.vizcoreBack = true;
  const push = history.pushState.bind(history);
  history.pushState = (state, title, address) => {
    const samePage = address == null || new URL(address, location.href).pathname === location.pathname;
    return samePage ? history.replaceState(state, title, address) : push(state, title, address);
  };
}
"""


def keep_one_entry_a_page() -> None:
    """To be called in each run."""
    with st.sidebar:
        st.html(f"<script>{SCRIPT}</script>", unsafe_allow_javascript=True)
