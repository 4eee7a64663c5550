"""Photos that a visitor adds to two COCO files, so that boxes are seen on what they are about."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import number
from vizcore.metrics.detection.dataset import Pictures
from vizcore.metrics.detection.photo_names import photos_by_name
from vizcore.photo import Photo
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.detection_metrics.page_state import KEY
from vizcore.ui.panels.product.picture_sets import upload_set

MOST_PHOTOS = 100
SHORTER_SIDE = 768  # pixels of a photo as it is kept
NAMES_SAID = 3


def attach_photos(pictures: Pictures) -> dict[int, Photo]:
    """The field for photos, what fits, and one sentence for each kind that does not. Picture's row -> photo."""
    with st.expander(_("The photos of these pictures"), icon=":material/photo_library:"):
        st.caption(
            _(
                "Without them boxes stand on grey. A zip or pictures, {n} at most, by the names in the annotations"
                " (file_name); they stay in this visit's memory."
            ).format(n=MOST_PHOTOS)
        )
        held = upload_set(f"{KEY}.photos", most=MOST_PHOTOS, shorter_side=SHORTER_SIDE)
        sizes = [(photo.width, photo.height) for photo in held.photos]
        found = photos_by_name(pictures, held.paths, sizes)
        if held.photos:
            words = ngettext("{n} photo of {total} is here.", "{n} photos of {total} are here.", len(found.places))
            st.markdown(words.format(n=number(len(found.places), 0), total=number(len(pictures), 0)))
        if found.unknown:
            st.warning(
                _("Named by no picture of the annotations, so left out: {names}.").format(names=_listed(found.unknown)),
                icon=":material/help:",
            )
        if found.misshapen:
            st.warning(
                _(
                    "Not of the shape that the annotations say (turned, cut, stretched, or not said), so left out:"
                    " {names}."
                ).format(names=_listed(found.misshapen)),
                icon=":material/help:",
            )
    return {row: held.photos[place] for row, place in found.places.items()}


def _listed(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    first = ", ".join(escaped(name) for name in names[:NAMES_SAID])
    more = len(names) - NAMES_SAID
    return first if more <= 0 else _("{names} and {n} more").format(names=first, n=number(more, 0))
