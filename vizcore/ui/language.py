"""In which language does this visitor read? The address says, else the session, else the browser."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import LANGUAGES, _, best_language, use_language
from vizcore.ui import choices, url_state

KEY = "lang"
# A button's text whose first word is not ASCII makes Streamlit load its table of emoji, 75 ms of a first paint: the
# space in front, which is not shown, is that first word.
SHOWN = {code: f" {name}" for code, name in LANGUAGES.items()}


def settle() -> str:
    """Sets the language of this run and returns its code; to be called before any text is made."""
    code = url_state.remembered_one(KEY, allowed=LANGUAGES, default=_of_browser())
    use_language(code)
    return code


def current() -> str:
    """The code settled for this session."""
    chosen: dict[str, list[str]] = st.session_state.get(url_state.CHOSEN, {})
    return chosen.get(KEY, [_of_browser()])[0]


def show_switch() -> None:
    """The choice of language, each named in itself."""
    choices.choose_one(_("Language"), SHOWN, key=KEY, default=_of_browser())


def _of_browser() -> str:
    return best_language(st.context.locale)
