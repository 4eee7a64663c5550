"""Which gallery does the page work on: the built-in one, the tray, or an uploaded one?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from vizcore.errors import PhotosMissing
from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.photo import Photo
from vizcore.similarity import Gallery, GalleryPicture, gallery_photo
from vizcore.ui import tray, url_state
from vizcore.ui.error_panel import show_error
from vizcore.ui.markdown_escape import visible
from vizcore.ui.panels.similarity.own import show_own
from vizcore.ui.session import visit

FEWEST = 2


@dataclass(frozen=True)
class Pictures:
    """A gallery on the page, with what is asked of it again and again."""

    gallery: Gallery
    source: str

    @property
    def photos(self) -> tuple[Photo, ...]:
        return self.gallery.photos

    @cached_property
    def names(self) -> list[str]:
        """For people, each different: "3 · cat/whole"."""
        return [f"{place} · {visible(path)}" for place, path in enumerate(self.gallery.paths, start=1)]

    @cached_property
    def key(self) -> str:
        """The same for the same pictures under the same paths."""
        parts = [*(photo.sha256 for photo in self.photos), *self.gallery.paths]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    @property
    def classes(self) -> set[str]:
        return set(self.gallery.labels) - {""}


def choose_pictures() -> Pictures | None:
    """The gallery that the visitor picks; None after saying what is missing."""
    texts = {
        "built-in": _("Built-in gallery"),
        "tray": _("My pictures"),
        "own": _("Upload a zip or a folder"),
    }
    source = url_state.choose_one(_("Gallery"), texts, key="similarity.gallery", default="built-in")
    gallery = SOURCES[source]()
    if gallery is None:
        return None
    if len(gallery.pictures) < FEWEST:
        show_error(PhotosMissing(needed=FEWEST, given=len(gallery.pictures)))
        return None
    found = Pictures(gallery, source)
    words = _("{pictures} pictures, {classes} classes").format(
        pictures=number(len(found.photos)), classes=number(len(found.classes))
    )
    content = _("built-in photos whole, closer and mirrored; drawn scenes")
    st.caption(f"{words} · {content}" if source == "built-in" else words)
    return found


def as_query(photo: Photo) -> Photo:
    """A picture of the tray, small as those of a gallery are; what is found in it is forgotten with the visit."""
    small = gallery_photo(photo)
    if photo.sha256 in visit().own_photos:
        visit().own_photos.add(small.sha256)
    return small


def _built_in() -> Gallery:
    from vizcore.similarity.builtin import builtin_gallery

    return builtin_gallery()


def _of_tray() -> Gallery | None:
    tray.show_start("similarity.many", _("Pictures to compare with each other"))
    if not tray.photos():
        return None
    return Gallery(tuple(GalleryPicture(photo, photo.name, "") for photo in tray.photos()))


SOURCES: dict[str, Callable[[], Gallery | None]] = {"built-in": _built_in, "tray": _of_tray, "own": show_own}
