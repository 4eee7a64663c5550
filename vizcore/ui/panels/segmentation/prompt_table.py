"""How are prompts given without pointing? As a table to type into, which says the same as the clicks."""

from __future__ import annotations

from typing import Any

import streamlit as st

from vizcore.i18n import _
from vizcore.photo import Photo
from vizcore.prompting.table import from_rows, rows_of
from vizcore.ui.panels.segmentation.labels import KINDS
from vizcore.ui.panels.segmentation.page_state import PageState

COLUMNS = ("object", "kind", "x", "y", "x2", "y2")


def show_prompt_table(state: PageState, photo: Photo) -> None:
    """The prompts as rows; a button takes over what was typed."""
    if not st.toggle(_("Prompts as a table"), key="segmentation.typed", persist_state="session"):
        return
    st.caption(
        _("x runs to the right up to {width}, y down to {height}. A box has a second corner, x2 and y2.").format(
            width=photo.width, height=photo.height
        )
    )
    with st.form("segmentation.table", border=False):
        rows = _edited(state)
        if st.form_submit_button(_("Take over the table"), icon=":material/check:"):
            state.steps = from_rows(state.steps, rows, (photo.width, photo.height))
            st.rerun(scope="fragment")


def _edited(state: PageState) -> list[dict[str, Any]]:
    import pandas as pd

    names = {key: _(text) for key, text in KINDS.items()}
    back = {text: key for key, text in names.items()}
    table = pd.DataFrame(
        [{**row, "kind": names[row["kind"]]} for row in rows_of(state.steps.now)], columns=list(COLUMNS)
    )
    table = table.astype(dict.fromkeys(("x", "y", "x2", "y2"), "float64") | {"object": "Int64", "kind": "object"})
    whole = st.column_config.NumberColumn
    edited = st.data_editor(
        table,
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
        key=f"segmentation.rows.{state.steps.rev}",
        column_config={
            "object": whole(_("Object"), min_value=1, step=1, default=state.steps.now.active),
            "kind": st.column_config.SelectboxColumn(
                _("Kind"), options=list(back), default=names["foreground"], required=True
            ),
            **{name: st.column_config.NumberColumn(name, format="%.1f") for name in ("x", "y", "x2", "y2")},
        },
    )
    return [{**row, "kind": back.get(row["kind"], "foreground")} for row in edited.to_dict("records")]
