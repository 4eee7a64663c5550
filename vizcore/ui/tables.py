"""How is a small table of texts shown without loading a data-frame library for it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from vizcore.ui.markdown_escape import escaped

LONGEST_CELL = 2000


def show_table(rows: Sequence[Mapping[str, str]]) -> None:
    """Rows of texts under their keys, each cell shown as it is; nothing for no rows."""
    if rows:
        st.markdown(markdown_table(rows))


def markdown_table(rows: Sequence[Mapping[str, str]]) -> str:
    """The rows as a Markdown table; its columns are the first row's keys."""
    columns = list(rows[0])
    lines = [columns, *([row.get(column, "") for column in columns] for row in rows)]
    texts = ["| " + " | ".join(escaped(cell, longest=LONGEST_CELL) for cell in line) + " |" for line in lines]
    return "\n".join([texts[0], "|" + " --- |" * len(columns), *texts[1:]])
