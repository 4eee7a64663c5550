"""Scores of a loaded classifier: on built-in pictures in class folders, the visitor's folder, or the tray."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.i18n.class_names import class_name, first_name, names_of_classes
from vizcore.metrics.classification.from_pictures import all_classes, folder_class, labels_for, one_class
from vizcore.photo import Photo
from vizcore.similarity import Gallery, gallery_photo
from vizcore.ui import choices, tray, url_state
from vizcore.ui.class_labels import class_labels
from vizcore.ui.engine_call import answer
from vizcore.ui.markdown_escape import visible
from vizcore.ui.names_apart import told_apart
from vizcore.ui.panels.classification_metrics.page_state import KEY, PageState
from vizcore.ui.panels.similarity.own import show_own
from vizcore.ui.photo_names import photo_name
from vizcore.ui.toolbar import Toolbar
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.similarity.many import Embeddings

PLACES = {
    "built-in": N_("Built-in pictures"),
    "own": N_("My folder of class folders"),
    "tray": N_("My pictures"),
}
EVERY = "*"
START = "cat"


def from_pictures(bar: Toolbar) -> PageState | None:
    """Model, pictures and question in the bar; the scores of all pictures from one run of the model."""
    cards = bar.models("classify", most=1, key=f"{KEY}.model")
    fold = bar.settings(_("Pictures and question"), name="pictures", icon=":material/photo_library:")
    with fold:
        texts = {key: _(text) for key, text in PLACES.items()}
        place = choices.choose_one(_("Pictures"), texts, key=f"{KEY}.pictures", default="built-in")
    gallery = _gallery(place)
    if gallery is None or not cards or not gallery.pictures:
        return None
    labels = class_labels(cards[0])
    photos = tuple(gallery_photo(photo) for photo in gallery.photos)
    with fold:
        classes = _tray_classes(photos) if place == "tray" else [folder_class(each) for each in gallery.labels]
        question = _question(classes, labels)
    if question is None:
        st.info(_("Open “Pictures and question” and say which of the model's classes are meant."))
        return None
    found = _answered(cards[0], photos)
    return _state(cards[0], photos, gallery.paths, classes, question, found) if found is not None else None


def _gallery(place: str) -> Gallery | None:
    if place == "own":
        return show_own()
    if place == "tray":
        from vizcore.similarity import GalleryPicture

        tray.show_start(f"{KEY}.tray", _("Pictures to score"))
        return Gallery(tuple(GalleryPicture(photo, photo.name, "") for photo in tray.photos()))
    from vizcore.similarity.builtin import builtin_gallery

    return builtin_gallery()


def _tray_classes(photos: Sequence[Photo]) -> list[str]:
    """The visitor says which pictures are positive."""
    word = st.text_input(_("What are you looking for?"), START, max_chars=40, key=f"{KEY}.word").strip() or START
    rows = st.multiselect(
        _("Which of your pictures show it?"), range(len(photos)), key=f"{KEY}.positive", placeholder=_("Choose"),
        format_func=lambda row: f"{row + 1} · {visible(photo_name(photos[row]))}",
    )  # fmt: skip
    return [word if row in rows else f"not {word}" for row in range(len(photos))]


def _question(classes: Sequence[str], labels: Sequence[str]) -> dict[str, list[int]] | None:
    """Each class that is asked for, with the model's classes that count as it; None while there is none."""
    words = sorted(set(classes) - {""})
    known = {word: found for word in words if (found := labels_for(word, labels))}
    options = [*words, *([EVERY] if len(known) > 1 else [])]
    if not options:
        return None
    texts = dict(zip(options, names_of_classes(options), strict=True))
    texts |= {EVERY: _("all {n} that it knows").format(n=len(known))}
    texts = dict(zip(texts, told_apart([visible(each) for each in texts.values()]), strict=True))
    start = START if START in options else next(iter(known), options[0])
    left, right = st.columns(2)
    with left:
        remembered = url_state.remembered_one(f"{KEY}.class", allowed=options, default=start)
        word = st.selectbox(_("Is it a …"), options, options.index(remembered), format_func=texts.__getitem__)
        url_state.remember(f"{KEY}.class", [word], default=[start])
    if word == EVERY:
        return known
    with right:
        shown = told_apart([visible(_with_ours(label)) for label in labels])
        columns = st.multiselect(
            _("Classes of the model that count as it"), range(len(labels)), labels_for(word, labels),
            format_func=shown.__getitem__, key=f"{KEY}.columns.{word}.{len(labels)}",
            placeholder=_("Choose classes"),
        )  # fmt: skip
    return {word: columns} if columns else None


def _with_ours(label: str) -> str:
    """A class of the model with all of its names, after ours where the language in force has one."""
    ours = class_name(label)
    return label if ours == first_name(label) else f"{ours} ({label})"


def _answered(card: ModelCard, photos: tuple[Photo, ...]) -> Embeddings | None:
    from vizcore.similarity.many import ManySettings, embed_photos

    return answer(embed_photos, card, photos, ManySettings(layer="logits"))


def _state(
    card: ModelCard,
    photos: tuple[Photo, ...],
    names: Sequence[str],
    classes: Sequence[str],
    question: dict[str, list[int]],
    found: Embeddings,
) -> PageState:
    shown = [visible(name) for name in names]
    if len(question) == 1:
        [(word, columns)] = question.items()
        data, kept = one_class(found.vectors, classes, shown, word, columns), photos
    else:
        data = all_classes(found.vectors, classes, shown, question)
        kept = tuple(photo for photo, each in zip(photos, classes, strict=True) if each in question)
    key = (card.key, found.provenance.weights_sha256, str(question), tuple(classes), *(each.sha256 for each in photos))
    return PageState(
        key, data, kept, card.title, {"question": {word: list(columns) for word, columns in question.items()}},
        model=card.key, weights_sha256=found.provenance.weights_sha256,
    )  # fmt: skip
