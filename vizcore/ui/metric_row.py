"""How do several numbers stand beside each other, and still in their order on a phone?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from vizcore.i18n.numbers import MINUS

ARROWS: Mapping[str, Literal["up", "down"]] = {"+": "up", MINUS: "down"}
WIDTH = 122  # of one number in pixels: six in a row on a laptop, two on a phone


@dataclass(frozen=True)
class Cell:
    """A number with its name. change: written small under it, in grey; explain: behind a question mark."""

    label: str
    value: str
    explain: str | None = None
    change: str | None = None


def show_metrics(cells: Iterable[Cell], *, width: int = WIDTH) -> None:
    """All in one row that wraps where the page is narrow. (Columns would each put theirs below one another there.)"""
    with st.container(horizontal=True, gap="small"):
        for cell in cells:
            st.metric(
                cell.label,
                cell.value,
                cell.change,
                delta_color="off",
                help=cell.explain,
                width=width,
                delta_arrow=ARROWS.get((cell.change or "")[:1], "off"),
            )
