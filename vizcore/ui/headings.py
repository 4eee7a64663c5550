"""How is a model's name set, so that its family's colour is the same everywhere?"""

from __future__ import annotations

import streamlit as st

from vizcore.figures.theme import FAMILIES, family_accent
from vizcore.i18n import _
from vizcore.ui.card_text import reach
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.theme_now import dark_now
from vizcore.zoo.cards import Family, ModelCard


def family_name(family: Family) -> str:
    """The family as people write it."""
    return _(FAMILIES[family].name)


def coloured_title(card: ModelCard) -> str:
    """The card's title as Markdown, bold and in the accent of its family on the visitor's theme."""
    accent = family_accent(card.family, dark=dark_now())
    return f':color[**{escaped(card.title, longest=80)}**]{{foreground="{accent}"}}'


def model_heading(card: ModelCard) -> None:
    """The heading of a model's column: its name and, under it, how far its knowledge goes."""
    with st.container(gap="small"):  # one element, with and without words, so that columns stay on one line
        st.markdown(f"#### {coloured_title(card)}")
        if words := reach(card):
            st.caption(escaped(words, longest=200))
