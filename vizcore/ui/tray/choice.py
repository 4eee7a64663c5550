"""Which of the tray's pictures does a page work on?"""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import _
from vizcore.photo import Photo
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.tray.intake import FIRST_SAMPLES, show_intake, show_samples
from vizcore.ui.tray.state import photos, thumbnail

TILE_WIDTH = 96


def choose(key: str, count: int, label: str) -> list[Photo]:
    """Lets the visitor pick up to `count` pictures for the page `key`; an empty tray offers samples instead.

    A picture that has just come in is picked at once; picking one more than `count` lets go of the one picked first.
    Returns the picked pictures in the tray's order: [] as long as the tray is empty or nothing is picked.
    """
    if not photos():
        show_start(key, label)
        return []
    picked = _settle(key, count)
    st.markdown(f"**{label}**")
    with st.container(horizontal=True, key=f"tray-choice-{key}", vertical_alignment="bottom"):
        for photo in photos():
            _show_tile(key, photo, photo.sha256 in picked)
        with st.popover(_("Add pictures"), icon=":material/add_photo_alternate:"):
            show_intake(f"{key}.more")
    return [photo for photo in photos() if photo.sha256 in picked]


def show_start(key: str, label: str) -> None:
    """Samples and an upload field, as long as the tray is empty."""
    if photos():
        return
    with st.container(border=True):
        st.markdown(f"**{label}**")
        st.markdown(_("Start with a sample, or upload pictures of your own."))
        show_samples(f"{key}.start", FIRST_SAMPLES, pictures=True)
        show_intake(f"{key}.start.own", samples=False)


def _show_tile(key: str, photo: Photo, picked: bool) -> None:
    widget = f"tray.pick.{key}.{photo.sha256}"
    st.session_state[widget] = picked

    def toggle() -> None:
        order: list[str] = st.session_state[_picked_key(key)]
        order[:] = [each for each in order if each != photo.sha256]
        if st.session_state[widget]:
            order.append(photo.sha256)

    with st.container(width=TILE_WIDTH, gap="xsmall"):
        st.image(thumbnail(photo), width=TILE_WIDTH, alt=visible(photo.name))
        st.checkbox(escaped(photo.name, longest=14), key=widget, on_change=toggle)


def _settle(key: str, count: int) -> list[str]:
    """The picked hashes in the order of picking, after pictures came and went."""
    present = [photo.sha256 for photo in photos()]
    known: set[str] = st.session_state.setdefault(f"tray.known.{key}", set())
    order: list[str] = st.session_state.setdefault(_picked_key(key), [])
    order[:] = [each for each in order if each in present] + [each for each in present if each not in known]
    del order[: max(0, len(order) - count)]
    known.clear()
    known.update(present)
    return order


def _picked_key(key: str) -> str:
    return f"tray.picked.{key}"


def leave_unpicked(key: str, photo: Photo) -> None:
    """A picture that the page `key` itself has put into the tray is not picked there on its arrival."""
    st.session_state.setdefault(f"tray.known.{key}", set()).add(photo.sha256)
