"""A list that folds away, of language-free names, whose choice stands in the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from vizcore.ui import url_state


def choose_from(
    label: str, names: Sequence[str], show: Callable[[str], str], *, key: str, default: str, width: int
) -> str:
    """A list that opens on click; the choice is `?KEY=...` in the address. names: language-free."""
    widget = f"{key}.widget"
    st.session_state[widget] = url_state.remembered_one(key, allowed=names, default=default)

    chosen: str = st.selectbox(
        label,
        names,
        format_func=show,
        key=widget,
        on_change=url_state.keeping(key, widget, default=[default]),
        width=width,
    )
    return chosen
