"""Which settings does the address bar carry, so that a link brings back the same page with the same settings?

Streamlit binds a choice to the address by its visible label, which changes with the language. Choices are therefore
remembered here, by their language-free keys; numbers and switches use Streamlit's own binding through `bound`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from typing import Any

import streamlit as st

from vizcore.i18n import _
from vizcore.ui import url_refusals
from vizcore.ui.told import told

SEEN = (
    "url_state.seen"  # values that this page's address had or was given: a late request that repeats them is not news
)
CHOSEN = "url_state.chosen"
PAGE = "url_state.page"
USED = "url_state.used"  # keys of Streamlit's own binding that this run of the page has asked for
SUBJECTS = "url_state.subjects"  # key -> what a chosen place belongs to


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
        url_refusals.begin_page()


def forget_page(page: str) -> None:
    """What was chosen on this page before does not reach into its next opening, which starts from an address alone."""
    chosen = st.session_state.get(CHOSEN, {})
    for held in (chosen, st.session_state.get(SUBJECTS, {})):
        for key in [key for key in held if key.startswith(f"{page}.")]:
            del held[key]
    for key in [key for key in st.session_state if str(key).startswith((f"{page}.", f"strip.{page}"))]:
        del st.session_state[key]
    st.session_state.pop(PAGE, None)


def fresh_values(key: str) -> list[str] | None:
    """The address' values of a parameter, if they were not seen on this page before; None otherwise."""
    values = st.query_params.get_all(key)
    return values if values and _is_new(key, values) else None


def remembered(key: str, *, allowed: Collection[str], default: list[str]) -> list[str]:
    """The values of a setting: from a fresh address, else as chosen before in this session, else the default."""
    asked = fresh_values(key)
    candidates = [_known(asked, allowed), _known(st.session_state.setdefault(CHOSEN, {}).get(key), allowed)]
    if asked is not None and candidates[0] is None:
        url_refusals.note(key, ", ".join(asked))
    values = next((known for known in candidates if known is not None), default)
    _keep(key, values, default=default)
    return values


def remembered_text(key: str, default: str, fits: Callable[[str], bool]) -> str:
    """As `remembered`, of a setting that is a number or a text of its own form; never one that does not fit."""
    asked, chosen = fresh_values(key), st.session_state.setdefault(CHOSEN, {}).get(key)
    if asked and not fits(asked[0]):
        url_refusals.note(key, asked[0])
    value = next((each[0] for each in (asked, chosen) if each and fits(each[0])), default)
    _keep(key, [value], default=[default])
    return value


def remembered_one(key: str, *, allowed: Collection[str], default: str) -> str:
    """As `remembered`, of a setting that always has one value: an empty one in the address counts as the default."""
    return next(iter(remembered(key, allowed=allowed, default=[default])), default)


def remember(key: str, values: list[str], *, default: list[str]) -> None:
    """What the visitor chose: kept for this session and shown in the address, unless it is the default."""
    url_refusals.forget(key)
    _keep(key, values, default=default)


def keeping(key: str, widget: str, *, default: list[str]) -> Callable[[], None]:
    """The callback of a widget: what was chosen in it is remembered under the key."""

    def keep(value: Any) -> None:
        remember(key, list(value) if isinstance(value, list | tuple) else [value], default=default)

    return told(widget, keep)


def remembered_place(key: str, count: int) -> int | None:
    """A chosen place among `count`, from 0, as `remembered`; None for none."""
    text = remembered_text(key, "", lambda each: each == "" or whole(each, 0, count - 1) is not None)
    return int(text) if text else None


def remember_place(key: str, place: int | None) -> None:
    """The visitor chose a place, from 0, or none."""
    remember(key, ["" if place is None else str(place)], default=[""])


def places(count: int) -> str:
    """ "0 to 195": what `remembered_place` takes."""
    return _("{first} to {last}").format(first=0, last=max(0, count - 1))


def whole(text: str, least: int, most: int) -> int | None:
    """The whole number that a text is, if it lies within its limits."""
    fits = text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most
    return int(text) if fits else None


def hold(key: str, values: list[str]) -> None:
    """What was chosen is kept elsewhere in the session: `remembered` takes it, unless a fresh address has another."""
    st.session_state.setdefault(CHOSEN, {})[key] = values


def belongs_to(key: str, subject: Hashable) -> None:
    """What was chosen under the key counts for this subject alone: the third box of another photo is another box."""
    subjects = st.session_state.setdefault(SUBJECTS, {})
    if subjects.get(key, subject) != subject:
        st.session_state.get(CHOSEN, {}).pop(key, None)
        url_refusals.forget(key)
    subjects[key] = subject


def _keep(key: str, values: list[str], *, default: list[str]) -> None:
    st.session_state.setdefault(CHOSEN, {})[key] = values
    shown = [] if values == default else values or [""]
    _is_new(key, shown)
    if st.query_params.get_all(key) == shown:
        return
    if shown:
        st.query_params[key] = shown
    else:
        del st.query_params[key]


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
