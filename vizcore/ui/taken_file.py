"""What is kept of an uploaded file? What was read of it; its bytes are freed at once, and the field is empty again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from vizcore.errors import VizError
from vizcore.ui.told import told
from vizcore.ui.tray.intake import forget_upload


def take_file(
    label: str, read: Callable[[bytes, str], Any], *, key: str, limit_mb: int, part: str = ""
) -> tuple[str, Any] | None:
    """An upload field, and (name, what `read` made of the content and the name) of the last file until the next one.

    In place of what was read stands the VizError that refused it; None before the first file. key: of all that is kept.
    part: tells several fields apart that fill the same place.
    """
    generation = f"{key}.generation"
    widget = f"{key}{part}.{st.session_state.get(generation, 0)}"

    def take(file: Any) -> None:
        if file is None:
            return
        try:
            held = read(file.getvalue(), file.name)
        except VizError as error:
            held = error
        st.session_state[f"{key}.read"] = file.name, held
        forget_upload(file)
        st.session_state[generation] = st.session_state.get(generation, 0) + 1

    st.file_uploader(label, key=widget, on_change=told(widget, take), max_upload_size=limit_mb)
    kept: tuple[str, Any] | None = st.session_state.get(f"{key}.read")
    return kept
