"""On which photos are rates measured? One photo proves little; the tray or the samples say more."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from vizcore.i18n import _
from vizcore.photo import Photo
from vizcore.samples import SAMPLES, load_sample
from vizcore.ui import choices, tray
from vizcore.ui.photo_names import photo_name
from vizcore.ui.tray.intake import FIRST_SAMPLES

MOST = 6


def choose_photos(page: str) -> tuple[Photo, ...]:
    """Up to MOST photos of the tray, or the samples of this machine."""
    own = tray.photos()[:MOST]
    texts = {"samples": _("The samples ({n})").format(n=len(_sample_photos()))}
    if own:
        texts["tray"] = _("Your pictures ({n})").format(n=len(own))
    chosen = choices.choose_one(_("Measured on"), texts, key=f"{page}.studied", default="samples")
    return tuple(own) if chosen == "tray" else _sample_photos()


def names_of(photos: Iterable[Photo]) -> list[str]:
    """The names of pictures that come back from the engine, which takes a visitor's names off; "" for unknown ones."""
    known = {photo.sha256: photo_name(photo) for photo in (*_sample_photos(), *tray.photos())}
    return [known.get(photo.sha256, "") for photo in photos]


def as_brought(photo: Photo, here: Iterable[Photo] = ()) -> Photo:
    """A picture that comes back from the engine, with its name: one of those here, of the tray or of the samples."""
    known = {each.sha256: each for each in (*_sample_photos(), *tray.photos(), *here)}
    return known.get(photo.sha256, photo)


@lru_cache(maxsize=1)
def _sample_photos() -> tuple[Photo, ...]:
    return tuple(load_sample(key) for key in FIRST_SAMPLES if key in SAMPLES)
