"""What is a photo called on a page? A visitor's own by its file, a built-in one in the visitor's language."""

from __future__ import annotations

from vizcore.i18n import _, current_language
from vizcore.photo import Photo
from vizcore.samples import SAMPLES
from vizcore.ui.session import visit


def photo_name(photo: Photo) -> str:
    """The name to be shown, not yet escaped. A sample is named by its English key ("cat"), which other languages
    replace by its title ("Un chat"); a visitor's file of that name stays as it is."""
    if current_language() == "en" or photo.name not in SAMPLES or photo.sha256 in visit().own_photos:
        return photo.name
    return _(SAMPLES[photo.name].title)
