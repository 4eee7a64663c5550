"""A table that the visitor edits, and that is as they left it when they come back to its page.

Streamlit forgets a widget's changes as soon as another page is shown. What the table held last is kept for the visit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from vizcore.i18n import _
from vizcore.ui.kept import kept_for_visit
from vizcore.ui.session import Visit

Row = dict[str, Any]
HELD = "kept_tables"


@dataclass
class EditedTable:
    """start: rows that the widget in view began with, None: those of the page. last: what it holds, None: unchanged.

    generation: counts returns to the page's rows, a part of the widget's key.
    """

    start: list[Row] | None = None
    last: list[Row] | None = None
    generation: int = 0

    def undo(self) -> None:
        """Back to the page's own rows."""
        self.start, self.last = None, None
        self.generation += 1


@dataclass
class EditedTables:
    """Those of one visit by key. visit: the last one that used them."""

    tables: dict[str, EditedTable] = field(default_factory=dict)
    visit: Visit | None = None

    def empty(self) -> None:
        self.tables.clear()


def edited_rows(rows: Sequence[Row], *, key: str, columns: Mapping[str, Any], **more: Any) -> list[Row]:
    """`st.data_editor` of the rows, with the visitor's changes, and a button that undoes them while there are any."""
    held: EditedTables = st.session_state.setdefault(HELD, EditedTables())
    table = kept_for_visit(held, EditedTables.empty).tables.setdefault(key, EditedTable())
    widget = f"{key}.{table.generation}"
    if widget not in st.session_state:
        table.start = table.last
    start = list(rows) if table.start is None else table.start
    edited: list[Row] = st.data_editor(start, key=widget, hide_index=True, column_config=dict(columns), **more)
    table.last = None if table.start is None and edited == start else edited
    if table.last is not None:
        st.button(_("Undo all changes of the table"), key=f"{key}.undo", on_click=table.undo, icon=":material/undo:")
    return edited
