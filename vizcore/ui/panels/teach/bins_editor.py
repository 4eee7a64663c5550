"""The visitor's own classes: photos by class, from uploads, the tray, a zip or folder, or the camera in bursts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.errors import GalleryTooLarge, VizError
from vizcore.i18n import _, ngettext
from vizcore.i18n.counts import counted
from vizcore.learning.bins import LONGEST_NAME, MOST_CLASSES, MOST_PHOTOS, Bins, Example
from vizcore.settings import current
from vizcore.similarity.archive import ARCHIVE_LIMIT_MB
from vizcore.ui import tray
from vizcore.ui.error_panel import show_error
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.names_apart import told_apart
from vizcore.ui.panels.teach.confusion import thumbnail
from vizcore.ui.panels.teach.page_state import KEY, OWN, teaching
from vizcore.ui.panels.teach.photo_changes import show_photo_changes
from vizcore.ui.photo_names import photo_name
from vizcore.ui.session import visit
from vizcore.ui.small_picture import show_small
from vizcore.ui.told import told
from vizcore.ui.tray.intake import forget_upload

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

PROBLEMS_SHOWN = 6
STRIP = 8  # thumbnails of one class
THUMBNAIL = 44  # pixels of the page


def show() -> None:
    """Everything that fills the bins, and what is in them."""
    held = teaching()
    bins = held.bins(OWN)
    with st.expander(
        _("My classes: {photos} in {classes}").format(
            photos=counted("photo", len(bins)), classes=counted("class", len(bins.labels))
        ),
        icon=":material/category:",
        expanded=len(bins.labels) < 2 or not len(bins),
    ):
        _show_folders()
        for label in bins.labels:
            _show_class(bins, label)
        _show_new_class(bins)
        if len(bins):
            st.button(
                _("Delete all classes and photos now"), key=f"{KEY}.clear", icon=":material/delete:", on_click=clear
            )
    for name, error in held.refusals[:PROBLEMS_SHOWN]:
        show_error(error, about=name)
    if len(held.refusals) > PROBLEMS_SHOWN:
        more = len(held.refusals) - PROBLEMS_SHOWN
        st.caption(
            ngettext("{n} more file could not be taken.", "{n} more files could not be taken.", more).format(n=more)
        )


def clear() -> None:
    """Forgets the visitor's own photos and what was found in them."""
    held = teaching()
    visit().forget({each.sha256 for each in held.bins(OWN).examples})
    held.clear()


def take(files: Sequence[UploadedFile], label: str = "") -> None:
    """Puts uploads into the bins: into `label`, or by their folders and names where that is empty."""
    held = teaching()
    held.generation += 1
    held.refusals.clear()
    try:
        bins, problems = _read(held.bins(OWN), files, label)
    except VizError as error:
        held.refusals.append(("", error))
    else:
        held.change(OWN, bins)
        held.refusals.extend(problems)
        visit().own_photos.update(each.sha256 for each in bins.examples)
    for file in files:
        forget_upload(file)


def _read(bins: Bins, files: Sequence[UploadedFile], label: str) -> tuple[Bins, list[tuple[str, VizError]]]:
    from vizcore.learning.folder import bins_of, example_of
    from vizcore.ui.gallery_reading import read_gallery

    room = MOST_PHOTOS - len(bins)
    if room <= 0:
        raise GalleryTooLarge(reason="pictures", limit=MOST_PHOTOS, actual=len(bins) + len(files))
    gallery = read_gallery(files, most=room)
    if not label:
        return bins_of(gallery, bins)
    after, problems = bins.with_examples(example_of(each, label) for each in gallery.pictures)
    return after, [*gallery.problems, *problems]


def _show_folders() -> None:
    held = teaching()
    left, right = st.columns(2)
    explain = _(
        "One folder a class, or Oxford's file names (Abyssinian_1.jpg); photos are kept small, and at most {n} of them."
    ).format(n=MOST_PHOTOS)
    packed = left.file_uploader(
        _("A zip with a folder for each class"),
        accept_multiple_files=True,
        key=f"{KEY}.zip.{held.generation}",
        help=explain,
        max_upload_size=ARCHIVE_LIMIT_MB,
    )
    folder = right.file_uploader(
        _("A folder with a folder for each class"),
        accept_multiple_files="directory",
        key=f"{KEY}.folder.{held.generation}",
        help=explain,
        max_upload_size=int(current().file_limit_mb),
    )
    if packed or folder:
        with st.spinner(_("Opening pictures …")):
            take([*packed, *folder])
        st.rerun()


def _show_class(bins: Bins, label: str) -> None:
    examples = [each for each in bins.examples if each.label == label]
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"{KEY}-class-{bins.labels.index(label)}"
    ):
        st.markdown(f"**{escaped(label)}** · {counted('photo', len(examples))}", width=190)
        _show_strip(examples)
        with st.popover(_("Add photos"), icon=":material/add_photo_alternate:", key=f"{KEY}.add.{label}"):
            _show_sources(label)
        with st.popover(_("Edit"), icon=":material/edit:", key=f"{KEY}.edit.{label}"):
            _show_changes(bins, label)


def _show_strip(examples: Sequence[Example]) -> None:
    """The first photos of a class; nothing where none is at hand."""
    photos = [each.photo for each in examples[:STRIP] if each.photo is not None]
    if photos:
        with st.container(horizontal=True, gap="xsmall", width="content"):
            for photo in photos:
                show_small(thumbnail(photo), width=THUMBNAIL, alt=visible(photo_name(photo)))


def _show_sources(label: str) -> None:
    held = teaching()
    files = st.file_uploader(
        _("Photos of {label}").format(label=escaped(label)),
        accept_multiple_files=True,
        key=f"{KEY}.photos.{label}.{held.generation}",
        max_upload_size=int(current().file_limit_mb),
    )
    if files:
        with st.spinner(_("Opening pictures …")):
            take(files, label)
        st.rerun()
    if photos := tray.photos():
        apart = told_apart([photo_name(each) for each in photos])
        names = {each.sha256: name for each, name in zip(photos, apart, strict=True)}
        picked = st.multiselect(
            _("From your pictures"), list(names), format_func=names.__getitem__, key=f"{KEY}.tray.{label}"
        )
        st.button(
            _("Put them here"),
            key=f"{KEY}.take.{label}",
            on_click=_take_tray,
            args=(label, picked),
            disabled=not picked,
        )
    if current().allow_camera:
        from vizcore.ui.panels.teach.burst import show_burst

        show_burst(label)


def _take_tray(label: str, picked: Sequence[str]) -> None:
    from vizcore.similarity.gallery import gallery_photo

    held = teaching()
    chosen = [each for each in tray.photos() if each.sha256 in picked]
    added = [gallery_photo(each) for each in chosen]
    bins, problems = held.bins(OWN).with_examples(Example(each.sha256, each.name, label, "", each) for each in added)
    held.change(OWN, bins)
    held.refusals.extend(problems)
    visit().own_photos.update(each.sha256 for each in added)


def _show_changes(bins: Bins, label: str) -> None:
    field = f"{KEY}.name.{label}"
    name = st.text_input(_("Name"), label, key=field, max_chars=LONGEST_NAME + 10)

    def rename(asked: str) -> None:
        _attempt(lambda: bins.renamed(label, asked))

    st.button(_("Rename"), key=f"{KEY}.rename.{label}", on_click=told(field, rename), disabled=name == label)
    st.button(
        _("Delete this class and its photos"),
        key=f"{KEY}.drop.{label}",
        icon=":material/delete:",
        on_click=lambda: teaching().change(OWN, bins.without_class(label)),
    )
    _choose_photo(bins, label)


def _choose_photo(bins: Bins, label: str) -> None:
    """Any photo of the class, to be moved or deleted; the table of confusions has only those of the test."""
    own = [each for each in bins.examples if each.label == label]
    names = {each.sha256: f"{number} · {each.name}" for number, each in enumerate(own, 1)}  # two may be named alike
    if not names:
        return
    photo = st.selectbox(_("Photo"), list(names), format_func=lambda each: names[each], key=f"{KEY}.photo.{label}")
    show_photo_changes(OWN, bins, photo, label, key=f"{KEY}.photo.{label}")


def _show_new_class(bins: Bins) -> None:
    field = f"{KEY}.new"

    def add(asked: str) -> None:
        _attempt(lambda: bins.with_class(asked))
        if not teaching().refusals:
            st.session_state[field] = ""

    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(_("New class"), key=field, placeholder=_("mug"), width=220, max_chars=LONGEST_NAME + 10)
        st.button(
            _("Add class"),
            key=f"{KEY}.add",
            icon=":material/add:",
            on_click=told(field, add),
            disabled=len(bins.labels) >= MOST_CLASSES,
        )


def _attempt(change) -> None:  # type: ignore[no-untyped-def]
    """Keeps the changed bins, or the sentence of why not; the bins stay as they were."""
    held = teaching()
    try:
        held.change(OWN, change())
    except VizError as error:
        held.refusals[:] = [("", error)]
