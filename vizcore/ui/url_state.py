"""Which settings does the address bar carry, so that a link brings back the same page with the same settings?

Streamlit binds a choice to the address by its visible label, which changes with the language. Choices are therefore
remembered here, by their language-free keys; numbers and switches use Streamlit's own binding through `bound`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st

from vizcore.i18n import _

SEEN = (
    "url_state.seen"  # values that this page's address had or was given: a late request that repeats them is not news
)
CHOSEN = "url_state.chosen"
PAGE = "url_state.page"
USED = "url_state.used"  # keys of Streamlit's own binding that this run of the page has asked for


def bound(key: str) -> dict[str, Any]:
    """Arguments of a slider, toggle or number field whose value belongs in the address: `slider(..., **bound(key))`."""
    st.session_state.setdefault(USED, set()).add(key)
    return {"key": key, "bind": "query-params"}


def values_of(page: str) -> dict[str, str]:
    """Every setting of the page with its value now, those at their default too, which no address shows."""
    chosen: dict[str, list[str]] = st.session_state.get(CHOSEN, {})
    found = {key: ", ".join(values) for key, values in chosen.items() if key.startswith(f"{page}.")}
    for key in st.session_state.get(USED, set()):
        if key.startswith(f"{page}.") and key in st.session_state:
            found[key] = str(st.session_state[key])
    return dict(sorted(found.items()))


def arrive(page: str) -> None:
    """Called by the shell on each run: on a new page, the values in its address count as new."""
    if st.session_state.get(PAGE) != page:
        st.session_state[PAGE] = page
        st.session_state[SEEN] = set()
        st.session_state[USED] = set()


def forget_page(page: str) -> None:
    """What was chosen on this page before does not reach into its next opening, which starts from an address alone."""
    chosen = st.session_state.get(CHOSEN, {})
    for key in [key for key in chosen if key.startswith(f"{page}.")]:
        del chosen[key]
    for key in [key for key in st.session_state if str(key).startswith((f"{page}.", f"strip.{page}"))]:
        del st.session_state[key]
    st.session_state.pop(PAGE, None)


def fresh_values(key: str) -> list[str] | None:
    """The address' values of a parameter, if they were not seen on this page before; None otherwise."""
    values = st.query_params.get_all(key)
    return values if values and _is_new(key, values) else None


def remembered(key: str, *, allowed: Collection[str], default: list[str]) -> list[str]:
    """The values of a setting: from a fresh address, else as chosen before in this session, else the default."""
    chosen = st.session_state.setdefault(CHOSEN, {})
    candidates = [fresh_values(key), chosen.get(key)]
    values = next((known for each in candidates if (known := _known(each, allowed)) is not None), default)
    remember(key, values, default=default)
    return values


def remembered_one(key: str, *, allowed: Collection[str], default: str) -> str:
    """As `remembered`, of a setting that always has one value: an empty one in the address counts as the default."""
    return next(iter(remembered(key, allowed=allowed, default=[default])), default)


def remember(key: str, values: list[str], *, default: list[str]) -> None:
    """Keeps the values for this session and shows them in the address, unless they are the default."""
    st.session_state.setdefault(CHOSEN, {})[key] = values
    shown = [] if values == default else values or [""]
    _is_new(key, shown)
    if st.query_params.get_all(key) == shown:
        return
    if shown:
        st.query_params[key] = shown
    else:
        del st.query_params[key]


def choose_one(
    label: str, texts: Mapping[str, str], *, key: str, default: str, explain: str | None = None, quiet: bool = False
) -> str:
    """A row of choices; `texts` maps language-free keys to what is shown. Returns the chosen key.

    quiet: the label is for screen readers only.
    """
    value = remembered_one(key, allowed=texts, default=default)
    widget = f"{key}.widget"
    st.session_state[widget] = value

    def keep() -> None:
        remember(key, [st.session_state[widget]], default=[default])

    st.segmented_control(
        label,
        list(texts),
        format_func=texts.__getitem__,
        required=True,
        key=widget,
        on_change=keep,
        help=explain,
        label_visibility="collapsed" if quiet else "visible",
    )
    return value


def choose_from(label: str, texts: Mapping[str, str], *, key: str, default: str, explain: str | None = None) -> str:
    """As `choose_one`, as a list that folds away: for many choices, or in a narrow place."""
    value = remembered_one(key, allowed=texts, default=default)
    widget = f"{key}.widget"
    st.session_state[widget] = value

    def keep() -> None:
        remember(key, [st.session_state[widget]], default=[default])

    st.selectbox(label, list(texts), format_func=texts.__getitem__, key=widget, on_change=keep, help=explain)
    return value


def choose_some(
    label: str, texts: Mapping[str, str], *, key: str, default: list[str], most: int, explain: str | None = None
) -> list[str]:
    """A list to pick up to `most` from; `texts` maps language-free keys to what is shown. Returns the chosen keys."""
    values = remembered(key, allowed=texts, default=default)[:most]
    widget = f"{key}.widget"
    st.session_state[widget] = values

    def keep() -> None:
        remember(key, list(st.session_state[widget]), default=default)

    st.multiselect(
        label,
        list(texts),
        format_func=texts.__getitem__,
        max_selections=most,
        key=widget,
        on_change=keep,
        help=explain,
        placeholder=_("Choose"),
    )
    return values


def _is_new(key: str, values: list[str]) -> bool:
    seen = st.session_state.setdefault(SEEN, set())
    new = (key, *values) not in seen
    seen.add((key, *values))
    return new


def _known(values: list[str] | None, allowed: Collection[str]) -> list[str] | None:
    """The allowed ones among the values, each once; None if there were only others. [""] and [] mean "none chosen"."""
    if values is None:
        return None
    if values in ([], [""]):
        return []
    return [each for each in dict.fromkeys(values) if each in allowed] or None
