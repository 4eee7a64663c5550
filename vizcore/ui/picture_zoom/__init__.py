"""How are pictures that stand side by side enlarged together? What is done to one is done to all of its group.

With the buttons in a picture's corner, a double click, a drag, two fingers, Ctrl and the wheel, or, once it has the
focus, the keys + - 0 and the arrows. The browser does it alone: nothing is asked of the server.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from vizcore.i18n import _

HERE = Path(__file__).parent
PREFIX = "zoomed-"  # of a group's key, by which the browser finds its pictures


def zoomed_together(key: str) -> Any:
    """A container whose pictures are one group. key: other for another photo, which is then shown whole again."""
    return st.container(key=PREFIX + key)


def listen() -> None:
    """To be called in each run: the words follow the language."""
    script = _read("zoom.js").replace("WORDS", json.dumps(_words()).replace("</", "<\\/"))
    with st.sidebar:
        st.html(f"<style>{_read('zoom.css')}</style>")
        st.html(f"<script>(() => {{{script}}})();</script>", unsafe_allow_javascript=True)


def _words() -> dict[str, str]:
    return {
        "larger": _("Enlarge"),
        "smaller": _("Make smaller"),
        "reset": _("Show the whole picture"),
        "help": _("Keys: + and - enlarge this picture and those beside it, arrows move, 0 shows all of it."),
    }


@cache
def _read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
