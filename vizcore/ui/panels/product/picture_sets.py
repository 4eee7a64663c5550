"""Which many photos does a section work on: the built-in ones, the tray, or an upload of its own?

An upload is kept in the session's memory only and goes with the visit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.errors import VizError
from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import number
from vizcore.photo import Photo
from vizcore.similarity.archive import ARCHIVE_LIMIT_MB
from vizcore.ui import choices, tray
from vizcore.ui.error_panel import show_error
from vizcore.ui.gallery_reading import read_gallery
from vizcore.ui.kept import kept_for_visit
from vizcore.ui.session import Visit, visit
from vizcore.ui.tray.intake import forget_upload

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

PROBLEMS_SHOWN = 5


@dataclass
class Held:
    """generation: counts uploads, so that each leaves the field empty. visit: the last one that used it."""

    photos: tuple[Photo, ...] = ()
    labels: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    problems: tuple[tuple[str, VizError], ...] = ()
    refusal: VizError | None = None
    generation: int = 0
    visit: Visit | None = None

    def empty(self) -> None:
        self.photos, self.labels, self.paths, self.problems = (), (), (), ()


def choose_set(label: str, *, key: str, default: str = "built-in") -> tuple[Photo, ...]:
    """The photos that the visitor picks, () after saying what is missing. key: page and purpose."""
    return choose_labelled(label, key=key, default=default)[0]


def choose_labelled(label: str, *, key: str, default: str = "built-in") -> tuple[tuple[Photo, ...], tuple[str, ...]]:
    """As `choose_set`, with the folder that each photo came in, "" without one."""
    texts = {"built-in": _("Built-in gallery"), "tray": _("My pictures"), "own": _("Upload a zip or pictures")}
    source = choices.choose_one(label, texts, key=key, default=default)
    if source == "own":
        return _own(key)
    if source == "tray":
        if not tray.photos():
            st.info(_("The tray is empty; put pictures into it, on the left."))
        return tuple(tray.photos()), ("",) * len(tray.photos())
    from vizcore.similarity.builtin import builtin_gallery

    return builtin_gallery().photos, builtin_gallery().labels


def counted(count: int) -> str:
    """ "12 photos", in the language in force."""
    return ngettext("{n} photo", "{n} photos", count).format(n=count)


def used_of(used: int, given: int) -> str:
    """What is said where a section cannot work on all photos."""
    return _("{n} of {m} photos are used, taken evenly from all of them.").format(n=number(used), m=number(given))


def _own(key: str) -> tuple[tuple[Photo, ...], tuple[str, ...]]:
    held = upload_set(key)
    return held.photos, held.labels


def upload_set(key: str, *, most: int = 0, shorter_side: int = 0) -> Held:
    """The field for a zip or pictures, and what it got last. most, shorter_side: as `read_gallery` has them."""
    held = _held(key)
    files = st.file_uploader(
        _("A zip, or several pictures"),
        accept_multiple_files=True,
        key=f"{key}.files.{held.generation}",
        max_upload_size=ARCHIVE_LIMIT_MB,
    )
    if files:
        with st.spinner(_("Opening pictures …")):
            _take(held, files, most, shorter_side)
        st.rerun()
    if held.refusal:
        show_error(held.refusal)
    for path, error in held.problems[:PROBLEMS_SHOWN]:
        show_error(error, about=path)
    visit().own_photos.update(photo.sha256 for photo in held.photos)
    return held


def _take(held: Held, files: list[UploadedFile], most: int, shorter_side: int) -> None:
    held.generation += 1
    held.refusal, held.problems = None, ()
    try:
        gallery = read_gallery(files, most=most, shorter_side=shorter_side)
        held.photos, held.labels, held.paths = gallery.photos, gallery.labels, gallery.paths
        held.problems = gallery.problems
    except VizError as error:
        held.refusal = error
    for file in files:
        forget_upload(file)


def _held(key: str) -> Held:
    held: Held = st.session_state.setdefault(f"{key}.held", Held())
    return kept_for_visit(held, Held.empty)
