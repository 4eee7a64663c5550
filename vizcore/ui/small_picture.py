"""How does a small picture get onto a page as it is, without being made anew at every run?"""

from __future__ import annotations

import streamlit as st


def show_small(picture: bytes, *, width: int, alt: str) -> None:
    """An encoded picture, drawn `width` pixels of the page wide; on a sharp screen all its own pixels are seen.

    Given a width in pixels, Streamlit decodes the picture, shrinks it to that width and encodes it again, at every run
    of every visitor; a container of that width costs nothing.
    """
    with st.container(width=width):
        st.image(picture, width="stretch", alt=alt)
