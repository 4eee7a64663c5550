"""Is a callback told what its widget holds, and nothing once the widget has gone with its page?"""

from __future__ import annotations

import ast
from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S

PANELS = Path(__file__).parent.parent.parent / "vizcore" / "ui" / "panels"


def page_with_two_callbacks() -> None:
    import streamlit as st

    from vizcore.ui.told import told

    st.session_state["here"] = "cat"
    heard: list[str] = []
    told("gone", heard.append)()
    told("here", heard.append)()
    st.text(" ".join(heard))


def test_it_hands_over_what_the_widget_holds_and_nothing_of_one_that_is_gone() -> None:
    app = AppTest.from_function(page_with_two_callbacks, default_timeout=PATIENCE_S).run()
    assert not app.exception
    assert [each.value for each in app.text] == ["cat"]


def _reads_the_session(file: Path) -> list[int]:
    """Lines that read `st.session_state[...]`, which raises where the widget is gone."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Load)
        and ast.unparse(node.value) == "st.session_state"
    ]


def test_no_panel_asks_the_session_for_a_widget_that_may_be_gone() -> None:
    found = {file.relative_to(PANELS).as_posix(): _reads_the_session(file) for file in PANELS.rglob("*.py")}
    assert {name: lines for name, lines in found.items() if lines} == {}
