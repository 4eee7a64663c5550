"""A chart on a page: without Plotly's tool bar, its axes' numbers as the visitor's language writes them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from vizcore.i18n.numbers import separators

PLAIN = {"displayModeBar": False}


def show_chart(figure: Any, *, key: str, config: dict[str, Any] | None = None, **options: Any) -> Any:
    """A Plotly figure. options: as for `st.plotly_chart`; alt, its text for screen readers. What was selected comes
    back where `on_select` asks for it."""
    figure.update_layout(separators=separators())
    return st.plotly_chart(figure, key=key, config=config or PLAIN, **options)
