"""Uploaded files become a gallery while the visitor watches; reading ends as soon as the visitor has gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.i18n import _
from vizcore.ui.pixel_budget import hold

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from vizcore.similarity import Gallery


def read_gallery(files: Sequence[UploadedFile], *, most: int = 0, shorter_side: int = 0) -> Gallery:
    """The gallery of a zip or of loose pictures; most: pictures; shorter_side: of a picture as it is
    kept, in pixels; 0 for a gallery's usual limits.

    Errors: those of `read_uploads`, and ServerFull.

    A line counts the pictures. Writing it before each one is also where Streamlit ends the run of a closed or reloaded
    page, so that nothing is decoded for nobody.
    """
    from vizcore.similarity.gallery import PICTURES_LIMIT, SHORTER_SIDE
    from vizcore.similarity.uploads import read_uploads

    line = st.progress(0.0)

    def show(done: int, total: int) -> None:
        line.progress(done / total, text=_("Opening picture {n} of {total} …").format(n=done + 1, total=total))

    try:
        found = read_uploads(
            [(file.name, file.getvalue()) for file in files],
            show,
            most=most or PICTURES_LIMIT,
            shorter_side=shorter_side or SHORTER_SIDE,
        )
    finally:
        line.empty()
    hold(found.photos)
    return found
