"""On which photos are rates measured? One photo proves little; the tray or the samples say more."""

from __future__ import annotations

from vizcore.i18n import _
from vizcore.photo import Photo
from vizcore.samples import SAMPLES, load_sample
from vizcore.ui import address, tray
from vizcore.ui.tray.intake import FIRST_SAMPLES

MOST = 6


def choose_photos(page: str) -> tuple[Photo, ...]:
    """Up to MOST photos of the tray, or the samples of this machine."""
    own, samples = tray.photos()[:MOST], [key for key in FIRST_SAMPLES if key in SAMPLES]
    texts = {"samples": _("The samples ({n})").format(n=len(samples))}
    if own:
        texts["tray"] = _("Your pictures ({n})").format(n=len(own))
    chosen = address.choose_one(_("Measured on"), texts, key=f"{page}.photos", default="samples")
    return tuple(own) if chosen == "tray" else tuple(load_sample(key) for key in samples)
