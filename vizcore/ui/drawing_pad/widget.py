"""The widget: strokes are drawn in the browser, and the sheet is sent when a stroke ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.ui.told import told

HERE = Path(__file__).parent / "browser"
WORDS = {
    "clear": N_("Clear"),
    "help": N_("Draw with the mouse or a finger. Keys: arrows move the pen, Space puts it down or lifts it, C clears."),
    "down": N_("pen down at {x}, {y}"),
    "up": N_("pen up at {x}, {y}"),
}


@cache
def _component() -> Callable[..., Any]:
    html, css, script = ((HERE / f"pad.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js"))
    return st.components.v2.component("vizcore_drawing_pad", html=html, css=css, js=script)


def drawing_pad(key: str, code: str, *, alt: str, on_draw: Callable[[str], None]) -> None:
    """Shows the drawing `code` (of vizcore.by_hand.drawing), hands each new one to `on_draw` before the next run."""

    def changed(sent: Any) -> None:
        drawn = sent.get("drawn") if isinstance(sent, Mapping) else None
        if isinstance(drawn, str):
            on_draw(drawn[:400])

    data = {"code": code, "alt": alt, "words": {name: _(text) for name, text in WORDS.items()}}
    _component()(key=key, data=data, on_drawn_change=told(key, changed))
