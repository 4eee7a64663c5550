"""The widget: it gets the whole trace once, and no move of the cursor asks the server."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from vizcore.ui.step_cursor.message import trace_message

if TYPE_CHECKING:
    from vizcore.by_hand.trace import Trace

HERE = Path(__file__).parent / "browser"
SCRIPTS = ("numbers.js", "tensors.js", "explain.js", "moves.js", "cursor.js")  # joined in this order


@cache
def _component() -> Callable[..., Any]:
    script = "\n".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    html = (HERE / "cursor.html").read_text(encoding="utf-8")
    css = (HERE / "cursor.css").read_text(encoding="utf-8")
    return st.components.v2.component("vizcore_step_cursor", html=html, css=css, js=script)


def step_cursor(key: str, trace: Trace, *, start: str, cell: int = 0) -> None:
    """Shows the steps of a trace. start: the key of the step shown first; cell: the output where the cursor stands."""
    _component()(key=key, data=trace_message(trace, start=start, cell=cell))
