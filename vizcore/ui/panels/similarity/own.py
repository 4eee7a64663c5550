"""Which gallery has this visitor uploaded? Kept in the session's memory only, and gone some minutes after the visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.errors import VizError
from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import number
from vizcore.settings import current
from vizcore.similarity import Gallery
from vizcore.similarity.archive import ARCHIVE_LIMIT_MB
from vizcore.similarity.gallery import PICTURES_LIMIT
from vizcore.ui.error_panel import show_error
from vizcore.ui.gallery_reading import read_gallery
from vizcore.ui.kept import kept_for_visit
from vizcore.ui.session import Visit, visit
from vizcore.ui.tray.intake import forget_upload

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

KEY = "similarity.own"
JOBS = "similarity.embed."  # what the keys of embedding jobs begin with
PROBLEMS_SHOWN = 5


@dataclass
class Own:
    """generation: counts uploads, a part of the fields' keys, so that each upload leaves them empty."""

    gallery: Gallery | None = None
    refusal: VizError | None = None
    generation: int = 0
    visit: Visit | None = None


def show_own() -> Gallery | None:
    """Upload fields, or what was uploaded with a button to delete it."""
    held = _held()
    if held.gallery is None:
        _show_fields(held)
    if held.refusal:
        show_error(held.refusal)
    if held.gallery is not None:
        visit().own_photos.update(photo.sha256 for photo in held.gallery.photos)
        _show_facts(held.gallery)
    return held.gallery


def delete() -> None:
    """Forgets the pictures, what models found in them, and the jobs that hold them."""
    held = _held()
    if held.gallery:
        visit().forget({photo.sha256 for photo in held.gallery.photos})
    held.gallery = None
    for key in [key for key in visit().jobs if key.startswith(JOBS)]:
        visit().jobs.pop(key).cancel()


def _held() -> Own:
    held: Own = st.session_state.setdefault(KEY, Own())
    return kept_for_visit(held, _empty)


def _empty(held: Own) -> None:
    held.gallery = None


def _show_fields(held: Own) -> None:
    left, right = st.columns(2)
    explain = _("Up to {n} pictures. Each folder inside is a class; at the top there is none.").format(n=PICTURES_LIMIT)
    files = left.file_uploader(
        _("A zip, or several pictures"),
        accept_multiple_files=True,
        key=f"similarity.zip.{held.generation}",
        help=explain,
        max_upload_size=ARCHIVE_LIMIT_MB,
    )
    folder = right.file_uploader(
        _("A folder"),
        accept_multiple_files="directory",
        key=f"similarity.folder.{held.generation}",
        help=explain,
        max_upload_size=int(current().file_limit_mb),
    )
    if files or folder:
        with st.spinner(_("Opening pictures …")):
            _take(held, [*files, *folder])
        st.rerun()


def _take(held: Own, files: list[UploadedFile]) -> None:
    held.generation += 1
    held.refusal = None
    try:
        held.gallery = read_gallery(files)
    except VizError as error:
        held.refusal = error
    for file in files:
        forget_upload(file)


def _show_facts(gallery: Gallery) -> None:
    for path, error in gallery.problems[:PROBLEMS_SHOWN]:
        show_error(error, about=path)
    more = len(gallery.problems) - PROBLEMS_SHOWN
    if more > 0:
        words = ngettext("{n} more file could not be opened.", "{n} more files could not be opened.", more)
        st.caption(words.format(n=number(more)))
    if gallery.skipped:
        st.caption(_("Files that are no pictures and were passed over: {n}.").format(n=gallery.skipped))
    st.button(_("Delete this gallery now"), key="similarity.delete", icon=":material/delete:", on_click=delete)
