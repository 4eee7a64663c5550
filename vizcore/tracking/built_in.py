"""Which clips are there without any upload?"""

from __future__ import annotations

from vizcore.tracking.clip import Clip
from vizcore.tracking.cutouts import CutoutSettings, cutout_clip
from vizcore.tracking.drawn import MovingSettings, drawn_clip


def built_in_clip(key: str) -> Clip:
    """ "cutouts" or "drawn", as the page opens them. UnknownSample where a photo is not on this machine."""
    return cutout_clip(CutoutSettings()) if key == "cutouts" else drawn_clip(MovingSettings())
