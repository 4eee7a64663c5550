"""Which key of a presenter's remote was pressed?"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Literal

import streamlit as st

Action = Literal["next", "back", "again"]
BROWSER = Path(__file__).parent / "browser"
REST = Path(__file__).parents[1] / "report" / "browser" / "rest.js"


@cache
def _component() -> Callable[..., Any]:
    files = (REST, BROWSER / "fit.js", BROWSER / "screen.js", BROWSER / "remote.js")
    script = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return st.components.v2.component("vizcore_lecture_remote", html="", js=script)


def pressed() -> Action | None:
    """The action of the key that caused this run, if one did."""
    answer = _component()(key="lecture.remote", on_pressed_change=lambda: None)
    word = str(getattr(answer, "pressed", None) or "").partition(" ")[0]
    return next((action for action in ("next", "back", "again") if action == word), None)
