"""What does the page open with, and what does it invite to do?"""

from __future__ import annotations

from collections.abc import Mapping

from vizcore.i18n import _
from vizcore.photo import Photo
from vizcore.samples import SAMPLES, load_sample
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.photo_names import photo_name

SAMPLES_HERE = ("flower", "cat", "coffee", "astronaut", "bus", "motorcycle")  # the first opens the page
# A section whose detector must know what is on the photo opens on another one.
OPENS_ON: Mapping[str, str] = {"boxes": "bus"}
# A first click, in pixels of the sample: the page opens on a mask. Undo and Clear take it away like any other.
FIRST_POINTS: Mapping[str, tuple[float, float]] = {"flower": (320.0, 260.0)}
SIDE_BY_SIDE = ["sam-mini", "grabcut"]


def first_point(photo: Photo) -> tuple[float, float] | None:
    """Where the page clicks on one of its samples before the visitor does; None on any other photo."""
    key = photo.name if photo.name in FIRST_POINTS else ""
    return FIRST_POINTS[key] if key in SAMPLES and photo.sha256 == load_sample(key).sha256 else None


def invitation(photo: Photo) -> str:
    """What to do first, in one sentence."""
    return _("**Click on something in {name},** or drag a box around it.").format(name=escaped(photo_name(photo)))
