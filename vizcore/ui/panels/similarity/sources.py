"""Which gallery does the page work on: the built-in one, the tray, or an uploaded one?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, cast

import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.counts import counted
from vizcore.photo import Photo
from vizcore.similarity import Gallery, GalleryPicture, gallery_photo
from vizcore.ui import choices, tray, url_state
from vizcore.ui.markdown_escape import visible
from vizcore.ui.panels.similarity.own import show_own
from vizcore.ui.session import visit
from vizcore.ui.toolbar import Toolbar

FEWEST = 2
LayerName = Literal["embedding", "logits"]


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


def choose_pictures(bar: Toolbar) -> tuple[Pictures | None, LayerName]:
    """The gallery that the visitor picks in the bar and the vectors' layer; no gallery after saying what is missing."""
    texts = {
        "built-in": _("Built-in gallery"),
        "tray": _("My pictures"),
        "own": _("Upload a zip or a folder"),
    }
    named = url_state.remembered_one("similarity.gallery", allowed=texts, default="built-in")
    with bar.settings(texts[named]):
        source = choices.choose_one(_("Gallery"), texts, key="similarity.gallery", default="built-in")
        layer = choose_layer()
    gallery = SOURCES[source]()
    if gallery is None:
        return None, layer
    if len(gallery.pictures) < FEWEST:
        st.info(_("Add a second picture: there is nothing to compare one with."), icon=":material/info:")
        return None, layer
    found = Pictures(gallery, source)
    words = ", ".join([counted("picture", len(found.photos)), counted("class", len(found.classes))])
    content = _("built-in photos whole, closer and mirrored; drawn scenes")
    st.caption(f"{words} · {content}" if source == "built-in" else words)
    return found, layer


def choose_layer() -> LayerName:
    """Before the head or after it, for all sections that work on a gallery."""
    texts = {"embedding": _("Before the head (features)"), "logits": _("After the head (class scores)")}
    return cast(LayerName, choices.choose_one(_("Vector"), texts, key="similarity.layer", default="embedding"))


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
    if not tray.photos():
        tray.show_start("similarity.many", _("Pictures to compare with each other"))
        return None
    return Gallery(tuple(GalleryPicture(photo, photo.name, "") for photo in tray.photos()))


SOURCES: dict[str, Callable[[], Gallery | None]] = {"built-in": _built_in, "tray": _of_tray, "own": show_own}
