"""Which photos does the Detection page look at? Those of the tray, or a sample as long as the tray is empty."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from vizcore.i18n import _
from vizcore.photo import Photo
from vizcore.samples import SAMPLES, load_sample
from vizcore.ui import tray, url_state
from vizcore.ui.markdown_escape import escaped

MOST = 6
FIRST_SAMPLES = ("cat", "astronaut", "bus")  # the first that this machine has opens the page


def choose_photos() -> list[Photo]:
    """Up to six photos of the tray; a sample before anything is in it."""
    chosen = tray.choose("detection", MOST, _("Photos (up to {n})").format(n=MOST))
    if chosen or tray.photos():
        return chosen
    key = next((each for each in FIRST_SAMPLES if each in SAMPLES), None)
    if key is None:
        return []
    st.caption(_("Until you choose, the page works on a sample: {name}.").format(name=escaped(_(SAMPLES[key].title))))
    return [load_sample(key)]


def choose_one(photos: Sequence[Photo]) -> Photo:
    """The photo that a section looks into; a choice only where there are several."""
    if len(photos) == 1:
        return photos[0]
    names = {str(place): escaped(photo.name) for place, photo in enumerate(photos, start=1)}
    return photos[int(url_state.choose_one(_("Photo to look into"), names, key="detection.photo", default="1")) - 1]
