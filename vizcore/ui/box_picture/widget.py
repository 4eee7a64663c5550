"""The widget: boxes and their names over a photo; pointing into a box tells class, score and size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from vizcore.i18n import _

HERE = Path(__file__).parent / "browser"


@cache
def _component() -> Callable[..., Any]:
    """Not in a shadow tree: pictures are enlarged, fitted and reported by scripts that look for them in the page."""
    html, css, script = ((HERE / f"boxes.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js"))
    return st.components.v2.component("vizcore_box_picture", html=html, css=css, js=script, isolate_styles=False)


def box_picture(scene: Mapping[str, Any], *, key: str, alt: str) -> None:
    """Shows what `vizcore.figures.boxes.box_scene` made. alt: its name for screen readers."""
    _component()(key=key, data={**scene, "alt": alt, "hide": _("Show or hide a class")})
