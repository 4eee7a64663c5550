"""Which photos does the Detection page offer, and which of several does a section look into?"""

from __future__ import annotations

from collections.abc import Sequence

from vizcore.i18n import _
from vizcore.photo import Photo
from vizcore.ui import choices
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.photo_names import photo_name

MOST = 6
SAMPLES_HERE = ("bus", "cat", "astronaut", "zidane", "motorcycle", "officer")  # the first opens the page


def choose_one(photos: Sequence[Photo]) -> Photo:
    """The photo that a section looks into; a choice only where there are several."""
    if len(photos) == 1:
        return photos[0]
    names = {str(place): escaped(photo_name(photo)) for place, photo in enumerate(photos, start=1)}
    return photos[int(choices.choose_one(_("Photo to look into"), names, key="detection.photo", default="1")) - 1]
