"""The picture that can be clicked: one widget for points, boxes and patches, drawn in the browser."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Unpack

import streamlit as st

from vizcore.ui.canvas.events import CanvasEvent, read_events
from vizcore.ui.canvas.message import Drawing, drawing_message, jpeg_url
from vizcore.ui.told import told

HERE = Path(__file__).parent
SCRIPTS = ("places.js", "drawing.js", "controls.js", "pointer.js", "keyboard.js", "canvas.js")  # joined in this order


@cache
def _component() -> Callable[..., Any]:
    script = "\n".join((HERE / "browser" / name).read_text(encoding="utf-8") for name in SCRIPTS)
    html = (HERE / "browser" / "canvas.html").read_text(encoding="utf-8")
    css = (HERE / "browser" / "canvas.css").read_text(encoding="utf-8")
    return st.components.v2.component("vizcore_click_canvas", html=html, css=css, js=script)


def click_canvas(
    key: str,
    photo_jpeg: bytes,
    width: int,
    height: int,
    *,
    on_event: Callable[[CanvasEvent], None] | None = None,
    **drawing: Unpack[Drawing],
) -> CanvasEvent | None:
    """Shows a photo and hands each click to `on_event` before the page runs again; returns it in that run, else None.

    photo_jpeg: the photo for the screen, at most 1024 px. width, height: of the photo itself, whose pixels all
    positions are in. Without `on_event` the browser keeps its clicks to itself.
    """
    confirmed = f"{key}.confirmed"

    def changed(sent: Any) -> None:
        events, st.session_state[confirmed] = read_events(
            sent.get("event"), st.session_state.get(confirmed, 0), width, height
        )
        for event in events:
            if on_event:
                on_event(event)

    data = {
        "img": jpeg_url(photo_jpeg),
        "w": width,
        "h": height,
        "seen": st.session_state.get(confirmed, 0),
        **drawing_message(drawing, report=on_event is not None),
    }
    sent = _component()(key=key, data=data, on_event_change=told(key, changed))
    events, _ = read_events(sent.get("event"), 0, width, height)
    return events[-1] if events else None
