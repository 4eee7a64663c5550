"""Where does a page's explaining text stand? Its opening above the work, its sections folded below."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import current_language
from vizcore.lessons import Lesson, lesson


def show_lead(page: str) -> None:
    """The lesson's opening words."""
    st.markdown(_lesson(page).opening)


def show(page: str) -> None:
    """The lesson's sections as closed folds."""
    for title, body in _lesson(page).sections:
        with st.expander(title, icon=":material/school:"):
            st.markdown(body)


def show_open(page: str) -> None:
    """The lesson's sections, open one below the other."""
    for title, body in _lesson(page).sections:
        st.header(title, anchor=False)
        st.markdown(body)


def _lesson(page: str) -> Lesson:
    return lesson(page, current_language())
