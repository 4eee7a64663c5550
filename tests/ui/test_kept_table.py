"""A table keeps its visitor's changes over other pages, and gives the page's own rows back when asked."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S

ROWS = [{"group": "a", "right": False}, {"group": "b", "right": False}]


class Editor:
    """In the place of Streamlit's: shows what it was given, and applies a change while it has one."""

    def __init__(self) -> None:
        self.given: list[list[dict[str, Any]]] = []
        self.change: dict[str, Any] | None = None

    def __call__(self, rows: list[dict[str, Any]], *, key: str, **_more: Any) -> list[dict[str, Any]]:
        self.given.append(rows)
        st.session_state[key] = {}
        return [rows[0] | (self.change or {}), *rows[1:]]


@pytest.fixture
def editor(monkeypatch: pytest.MonkeyPatch) -> Editor:
    fake = Editor()
    monkeypatch.setattr(st, "data_editor", fake)
    return fake


def page() -> AppTest:
    def script() -> None:
        import streamlit as st

        from tests.ui.test_kept_table import ROWS
        from vizcore.ui.kept_table import edited_rows

        first = ROWS[0]["group"] if "language" not in st.query_params else "erste"
        rows = [ROWS[0] | {"group": first}, ROWS[1]]
        st.markdown(repr(edited_rows(rows, key="table", columns={})))

    return AppTest.from_function(script, default_timeout=PATIENCE_S)


def leave(app: AppTest) -> None:
    """What Streamlit does to a widget that another page doesn't have."""
    del app.session_state["table.0"]


def test_changes_are_there_after_another_page(editor: Editor) -> None:
    app = page().run()
    assert not app.button
    editor.change = {"group": "night", "right": True}
    app.run()
    assert "night" in app.markdown[0].value
    editor.change = None
    leave(app)
    app.run()
    assert editor.given[-1] == [{"group": "night", "right": True}, ROWS[1]]
    app.run()
    assert "night" in app.markdown[0].value, "the rows that it came back with stay while it is in view"


def test_undo_gives_the_pages_rows(editor: Editor) -> None:
    app = page().run()
    editor.change = {"group": "night"}
    app.run()
    editor.change = None
    app.button[0].click().run()
    assert editor.given[-1] == ROWS
    assert not app.button


def test_an_unchanged_table_follows_the_page(editor: Editor) -> None:
    app = page().run()
    app.query_params["language"] = "de"
    app.run()
    assert editor.given[-1][0]["group"] == "erste"
    leave(app)
    app.run()
    assert editor.given[-1][0]["group"] == "erste"
    assert not app.button
