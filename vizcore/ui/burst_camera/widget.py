"""The widget: the browser shows the camera and sends the frames of a burst when the button is let go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.ui.burst_camera.frames import MOST_FRAMES
from vizcore.ui.told import told

HERE = Path(__file__).parent / "browser"
EVERY_MS = 200
SHORTER_SIDE = 256
WORDS = {
    "open": N_("Open the camera"),
    "close": N_("Close the camera"),
    "hold": N_("Hold to record"),
    "turn": N_("Other camera"),
    "count": N_("{n} of {most} frames"),
    "insecure": N_(
        "The browser gives the camera only to pages that come by HTTPS or from this machine; upload photos instead."
    ),
    "refused": N_("The camera was refused or is in use; allow it in the browser's settings, or upload photos instead."),
}


@cache
def _component() -> Callable[..., Any]:
    html, css, script = ((HERE / f"burst.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js"))
    return st.components.v2.component("vizcore_burst_camera", html=html, css=css, js=script)


def burst_camera(key: str, *, on_burst: Callable[[Mapping[str, Any]], None]) -> None:
    """The camera's button; hands each burst ({"frames": [JPEG as data URL]}) to `on_burst` before the next run."""

    def changed(sent: Any) -> None:
        burst = sent.get("burst") if isinstance(sent, Mapping) else None
        if isinstance(burst, Mapping):
            on_burst(dict(burst))

    words = {name: _(text) for name, text in WORDS.items()}
    data = {"words": words, "every_ms": EVERY_MS, "most": MOST_FRAMES, "side": SHORTER_SIDE}
    _component()(key=key, data=data, on_burst_change=told(key, changed))
