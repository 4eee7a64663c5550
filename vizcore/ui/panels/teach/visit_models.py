"""The models of this visit, with the pages that take them."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import _
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.session_models import session_cards_of_visit

PAGES = ("features", "adversarial", "ideal_cat", "robustness", "similarity")
SCORES_PAGES = ("features", "robustness", "similarity")  # for a model that gives scores alone


def show() -> None:
    """Nothing before there is one."""
    cards = session_cards_of_visit()
    if not cards:
        return
    from vizcore.ui.pages import built_pages

    pages = {page.key: page for page in built_pages()}
    with st.container(border=True):
        for card in cards:
            st.markdown(f"**{escaped(card.title, longest=60)}**")
        st.caption(_("Models of this visit. They stand in the lists of models of these pages:"))
        with st.container(horizontal=True):
            for key in PAGES if any(not each.facts.get("scores_only") for each in cards) else SCORES_PAGES:
                if key in pages:
                    st.page_link(pages[key].file, label=_(pages[key].title), icon=pages[key].icon)
