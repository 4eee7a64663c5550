"""The picture that can be clicked: one widget for points, boxes and patches, drawn in the browser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from vizcore.ui.canvas.events import Box, CanvasEvent, Point, read_events
from vizcore.ui.canvas.grids import PatchRows
from vizcore.ui.canvas.message import (
    Layer,
    Mode,
    grid_message,
    jpeg_url,
    layers_message,
    marks_message,
    png_url,
    words,
)

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
    alt: str,
    mode: Mode = "point",
    points: Sequence[Point] = (),
    boxes: Sequence[Box] = (),
    overlay_png: bytes | None = None,
    layers: Sequence[Layer] = (),
    grid: PatchRows | None = None,
    opacity: float = 0.75,
    patch: int | None = None,
    rev: int = 0,
    on_event: Callable[[CanvasEvent], None] | None = None,
) -> CanvasEvent | None:
    """Shows a photo and hands each click to `on_event` before the page runs again; returns it in that run, else None.

    photo_jpeg: the photo for the screen, at most 1024 px. width, height: of the photo itself, whose pixels all
    positions are in. points, boxes: what to draw. overlay_png: always laid over the photo. layers: overlays that the
    visitor switches, grid: rows shown for the patch under the pointer, both without asking the server. patch: the one
    that is kept, where clicks are reported. rev: shown as `data-rev` once everything is painted. Without `on_event` the
    browser keeps its clicks to itself.
    """
    confirmed = f"{key}.confirmed"
    data = {
        "img": jpeg_url(photo_jpeg),
        "w": width,
        "h": height,
        "alt": alt,
        "mode": mode,
        "overlay": png_url(overlay_png) if overlay_png else None,
        "layers": layers_message(layers),
        "grid": grid_message(grid) if grid else None,
        "opacity": opacity,
        "rev": rev,
        "seen": st.session_state.get(confirmed, 0),
        "report": on_event is not None,
        **({"patch": patch} if grid and on_event else {}),
        "words": words(mode),
        **marks_message(points, boxes),
    }

    def changed() -> None:
        events, st.session_state[confirmed] = read_events(
            st.session_state[key].get("event"), st.session_state.get(confirmed, 0), width, height
        )
        for event in events:
            if on_event:
                on_event(event)

    sent = _component()(key=key, data=data, on_event_change=changed)
    events, _ = read_events(sent.get("event"), 0, width, height)
    return events[-1] if events else None
