"""How is a small table of texts shown without loading a data-frame library for it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from vizcore.ui.markdown_escape import escaped

LONGEST_CELL = 2000


def show_table(rows: Sequence[Mapping[str, str]]) -> None:
    """Rows of texts under their keys, each cell shown as it is; nothing for no rows."""
    if rows:
        st.markdown(markdown_table(rows))


def number_columns(*names: str) -> dict[str, Any]:
    """Settings of a data frame's columns of numbers: written as the visitor's browser does, "0,75" in a French one.
    (Streamlit knows no other language for them than the browser's.)"""
    return {name: st.column_config.NumberColumn(name, format="localized") for name in names}


def markdown_table(rows: Sequence[Mapping[str, str]]) -> str:
    """The rows as a Markdown table; its columns are the first row's keys."""
    columns = list(rows[0])
    lines = [columns, *([row.get(column, "") for column in columns] for row in rows)]
    texts = ["| " + " | ".join(escaped(cell, longest=LONGEST_CELL) for cell in line) + " |" for line in lines]
    return "\n".join([texts[0], "|" + " --- |" * len(columns), *texts[1:]])
