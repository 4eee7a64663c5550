"""How does a map show the picture of the point under the pointer? The browser does it, from what the chart holds."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st


def listen() -> None:
    """To be called once on a page with maps."""
    st.html(f"<script>(() => {{{_script()}}})();</script>", unsafe_allow_javascript=True)


@cache
def _script() -> str:
    return (Path(__file__).parent / "hover.js").read_text(encoding="utf-8")
