"""The field that takes files of objects back, and what it says about the last one."""

from __future__ import annotations

import streamlit as st

from vizcore.errors import PictureUnclear, VizError
from vizcore.i18n import _, ngettext
from vizcore.i18n.sentences import sentence_for_note
from vizcore.photo import Photo
from vizcore.prompting.from_file import imported
from vizcore.ui.error_panel import plain, show_error
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.segmentation.labels import show_problems
from vizcore.ui.panels.segmentation.page_state import PageState
from vizcore.ui.tray.intake import forget_upload

LIMIT_MB = 20


def show(state: PageState, photo: Photo) -> None:
    """The field; then what the last file gave, what it asks, or why it was refused; and the way back."""
    file = st.file_uploader(
        _("Bring back: prompts or COCO (JSON), YOLO (txt), or a mask (picture)"),
        key=f"segmentation.back.{state.generation}",
        help=_("JSON files replace the objects; label files and masks are added to them. Undo brings back what was."),
        max_upload_size=LIMIT_MB,
    )
    if file is not None:
        state.generation += 1
        take(state, photo, file.name, file.getvalue())
        forget_upload(file)
        st.rerun()
    if state.waiting:
        _ask(state, photo)
    if state.refusal:
        show_error(state.refusal)
    if state.arrived:
        _show_arrival(*state.arrived)
    show_problems(state.steps.problems)
    if state.steps.past:

        def undo() -> None:
            state.steps, state.arrived = state.steps.moved("undo"), None

        st.button(_("Undo the last change"), key="segmentation.back.undo", icon=":material/undo:", on_click=undo)


def take(state: PageState, photo: Photo, name: str, data: bytes, picture: str = "") -> None:
    """Reads a file into the state; of one about several pictures it is kept which ones, so that they can be asked."""
    state.refusal, state.arrived, state.waiting = None, None, None
    try:
        found = imported(state.steps, data, name, photo, picture)
        state.steps, state.arrived = found.steps, (name, found.count, found.notes)
    except PictureUnclear as error:
        names = error.values["pictures"]
        state.waiting = (name, data, names if isinstance(names, list) else [])
    except VizError as error:
        state.refusal = error


def _ask(state: PageState, photo: Photo) -> None:
    if state.waiting is None:
        return
    name, data, pictures = state.waiting
    st.info(
        _("{file} is about several pictures of this size. Which one is this photo?").format(file=escaped(name)),
        icon=":material/help:",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(_("Picture of the file"), pictures, key="segmentation.back.picture")
        st.button(
            _("Take its objects"),
            key="segmentation.back.take",
            on_click=take,
            args=(state, photo, name, data, chosen or ""),
        )


def _show_arrival(name: str, count: int, notes: tuple) -> None:  # type: ignore[type-arg]
    words = ngettext("{n} object taken from {file}.", "{n} objects taken from {file}.", count)
    st.success(words.format(n=count, file=escaped(name)), icon=":material/check:")
    for note in notes:
        st.caption(plain(sentence_for_note(note)))
