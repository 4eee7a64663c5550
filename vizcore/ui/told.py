"""What is a widget's callback told? What the widget holds now, and nothing once it has gone with its page.

Streamlit may still tell of a change while the next page begins; the widget's value is gone by then, and nobody has
chosen anything. A callback that asks the session itself would end that run with a KeyError.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st


def told(widget: str, take: Callable[[Any], None]) -> Callable[[], None]:
    """The callback of the widget with that key: hands its value to `take`."""

    def tell() -> None:
        if widget in st.session_state:
            take(st.session_state[widget])

    return tell
