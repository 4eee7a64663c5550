"""How do the page's numbers and texts live in the address, also while a teacher's link hides their controls?

Everything is kept as text under a language-free key, read whether or not its widget is drawn.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.ui import choices, url_state
from vizcore.ui.told import told

PAGE = "by_hand"
HIDE = f"{PAGE}.hide"

# What a link may hide: a key for each group of controls.
GROUPS = {
    "sections": N_("The row of questions"),
    "picture": N_("The picture"),
    "kernel": N_("The kernels"),
    "settings": N_("Stride, padding, pooling, classes"),
    "check": N_("Settings of the check"),
    "training": N_("Settings of the training"),
    "export": N_("Downloads and code"),
    "teacher": N_("This menu"),
}


def hidden() -> set[str]:
    """The groups that the address hides."""
    return set(url_state.remembered(HIDE, allowed=GROUPS, default=[]))


def choose_number(
    label: str,
    name: str,
    default: float,
    limits: tuple[float, float],
    *,
    group: str,
    step: float = 1,
    explain: str | None = None,
) -> float:
    """A number field; `limits` may move with other settings, and a value outside them is drawn in."""
    key, least, most = f"{PAGE}.{name}", limits[0], max(limits)
    whole = float(step).is_integer() and float(default).is_integer() and step >= 1
    text = url_state.remembered_text(key, f"{default:g}", lambda each: _number(each) is not None)
    value = min(max(_number(text) or 0.0, least), most)
    value = round(value) if whole else value
    if group in hidden():
        return value
    widget = f"{key}.widget"
    st.session_state[widget] = int(value) if whole else float(value)

    def keep(chosen: float) -> None:
        url_state.remember(key, [f"{chosen:g}"], default=[f"{default:g}"])

    kind = int if whole else float
    st.number_input(
        label, kind(least), kind(most), step=kind(step), key=widget, on_change=told(widget, keep), help=explain,
        format=None if whole else "%g",
    )  # fmt: skip
    return value


def choose(
    label: str, table: Mapping[str, str], name: str, default: str, *, group: str, explain: str | None = None
) -> str:
    """A list to choose one from; `table` maps language-free keys to sentences still to be translated."""
    key = f"{PAGE}.{name}"
    if group in hidden():
        return url_state.remembered_one(key, allowed=table, default=default)
    texts = {each: _(text) for each, text in table.items()}
    return choices.choose_from(label, texts, key=key, default=default, explain=explain)


def _number(text: str) -> float | None:
    with contextlib.suppress(ValueError):
        value = float(text)
        return value if math.isfinite(value) else None
    return None
