"""Where does a page's explaining text stand? Its opening above the work, its sections folded below."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import _, current_language
from vizcore.lessons import Lesson, lesson


def show_lead(page: str) -> None:
    """The lesson's opening words."""
    st.markdown(_lesson(page).opening)


def show_first(page: str) -> None:
    """The lesson's first section, which says how to read the page."""
    sections = _lesson(page).sections
    if sections:
        title, body = sections[0]
        st.markdown(f"**{title}**\n\n{body}")


def show(page: str, section: str | None = None) -> None:
    """The lesson's sections as closed folds; of a page in sections, those of this one, and the others in one fold."""
    found = _lesson(page)
    here = range(len(found.sections)) if section is None else found.about(section)
    for place in here:
        title, body = found.sections[place]
        with st.expander(title, icon=":material/school:"):
            st.markdown(body)
    others = [each for place, each in enumerate(found.sections) if place not in here]
    if others:
        with st.expander(_("More to read about this page"), icon=":material/menu_book:"):
            st.markdown("\n\n".join(f"#### {title}\n\n{body}" for title, body in others))


def show_open(page: str) -> None:
    """The lesson's sections, open one below the other."""
    for title, body in _lesson(page).sections:
        st.header(title, anchor=False)
        st.markdown(body)


def _lesson(page: str) -> Lesson:
    return lesson(page, current_language())
