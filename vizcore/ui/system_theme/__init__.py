"""Does an open page follow when the system turns dark? Streamlit's own colours do, figures have to be drawn anew."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

SCRIPT = Path(__file__).parent / "system_theme.js"


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component("vizcore_system_theme", html="", js=SCRIPT.read_text(encoding="utf-8"))


def follow() -> None:
    """To be called in each run: the page runs again when the system's theme has changed."""
    with st.sidebar:
        _component()(key="system_theme", on_turned_change=lambda: None)
