"""How does a visitor choose one or some of what is there, with the choice in the address?

Streamlit's widgets, over `url_state`, which remembers what was chosen; an address that asks for what is not to be had
is told so beneath.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Literal

import streamlit as st

from vizcore.i18n import _
from vizcore.ui import url_refusals, url_state
from vizcore.ui.names_apart import told_apart

MOST_NAMED = 8  # choices in one sentence


def choose_one(
    label: str, texts: Mapping[str, str], *, key: str, default: str, explain: str | None = None, quiet: bool = False
) -> str:
    """A row of choices; `texts` maps language-free keys to what is shown. Returns the chosen key.

    quiet: the label is for screen readers only.
    """
    row = partial(
        st.segmented_control, required=True, help=explain, label_visibility="collapsed" if quiet else "visible"
    )
    return _chosen(row, label, texts, key=key, default=default)


def choose_from(
    label: str,
    texts: Mapping[str, str],
    *,
    key: str,
    default: str,
    explain: str | None = None,
    width: int | Literal["stretch"] = "stretch",
) -> str:
    """As `choose_one`, as a list that folds away: for many choices, or in a narrow place. width: in pixels."""
    return _chosen(partial(st.selectbox, help=explain, width=width), label, texts, key=key, default=default)


def choose_step(label: str, texts: Mapping[str, str], *, key: str, default: str, explain: str | None = None) -> str:
    """As `choose_one`, as a slider that stops at each of an order of choices, such as budgets."""
    return _chosen(partial(st.select_slider, help=explain), label, texts, key=key, default=default)


def _chosen(show: Callable[..., object], label: str, texts: Mapping[str, str], *, key: str, default: str) -> str:
    """The one that is chosen in the widget which `show` draws."""
    value = url_state.remembered_one(key, allowed=texts, default=default)
    widget = f"{key}.widget"
    st.session_state[widget] = value
    on_change = url_state.keeping(key, widget, default=[default])
    show(label, list(texts), format_func=_apart(texts).__getitem__, key=widget, on_change=on_change)
    url_refusals.say(key, _named(texts))
    return value


def choose_place(label: str, names: Sequence[str], *, key: str, default: int = 0, explain: str | None = None) -> int:
    """A list to choose one picture or box from: its place, counted from 0. The address counts from 1."""
    texts = {str(place): name for place, name in enumerate(names, start=1)}
    return int(choose_from(label, texts, key=key, default=str(default + 1), explain=explain)) - 1


def choose_some(
    label: str, texts: Mapping[str, str], *, key: str, default: list[str], most: int, explain: str | None = None
) -> list[str]:
    """A list to pick up to `most` from; `texts` maps language-free keys to what is shown. Returns the chosen keys."""
    values = url_state.remembered(key, allowed=texts, default=default)[:most]
    widget = f"{key}.widget"
    st.session_state[widget] = values

    st.multiselect(
        label,
        list(texts),
        format_func=_apart(texts).__getitem__,
        max_selections=most,
        key=widget,
        on_change=url_state.keeping(key, widget, default=default),
        help=explain,
        placeholder=_("Choose"),
    )
    url_refusals.say(key, _named(texts))
    return values


def _apart(texts: Mapping[str, str]) -> dict[str, str]:
    """Texts that differ: Streamlit knows by its text which choice a visitor takes."""
    return dict(zip(texts, told_apart(list(texts.values())), strict=True))


def _named(keys: Collection[str]) -> str:
    """The keys of a few choices, the ends of many numbers; "" for many others."""
    each = [key for key in keys if key]
    if len(each) > 1 and all(key.isdigit() for key in each):
        return _("{first} to {last}").format(first=each[0], last=each[-1])
    return ", ".join(each) if len(each) <= MOST_NAMED else ""
