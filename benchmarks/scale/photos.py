"""Which photos are asked about? New ones each time, so that no answer is known already, all of one size."""

from __future__ import annotations

import numpy as np

from vizcore.photo import Photo
from vizcore.samples import load_sample

MODEL = "cnn-mini"
STOCK = 500  # photos that are ready before a closed load begins; 120 requests a second use that many
_numbers = iter(range(10**9))


def fresh_photo() -> Photo:
    """The sample cat with pixels of its own, so that no answer is known already."""
    pixels = load_sample("cat").rgb.copy()
    pixels[0, :4] = np.frombuffer(next(_numbers).to_bytes(12, "little"), np.uint8).reshape(4, 3)
    return Photo(pixels, "")


def photos_ready(count: int = STOCK) -> list[Photo]:
    return [fresh_photo() for _ in range(count)]
