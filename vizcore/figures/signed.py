"""What was changed in a picture, made visible: enlarged, and with the sign of the change."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vizcore.figures.ramp import heat_colours
from vizcore.generation.studies.spectrum import log_spectrum
from vizcore.results import FloatArray

MIDDLE = 128
SHOWN_SIDE = 384
LONGEST_SIDE = 2000  # of an enlarged picture: a strip of one row would grow without end


def signed_difference(difference: FloatArray, gain: float) -> NDArray[np.uint8]:
    """(S, S, 3) in grey levels -> uint8 picture: middle grey for no change, each channel's change times `gain`."""
    shown: NDArray[np.uint8] = (MIDDLE + gain * difference).round().clip(0, 255).astype(np.uint8)
    return enlarged(shown)


def spectrum_picture(difference: FloatArray) -> NDArray[np.uint8]:
    """The spectrum of the change, uint8: coarse shapes in the middle, fine grain at the edges; log scale."""
    return enlarged(heat_colours(log_spectrum(difference)).round().astype(np.uint8))


def enlarged(rgb: NDArray[np.uint8], side: int = SHOWN_SIDE) -> NDArray[np.uint8]:
    """Whole copies of each pixel until the shorter side reaches `side`, so that single pixels stay sharp; fewer where
    the longer side would pass LONGEST_SIDE."""
    shorter, longer = sorted(rgb.shape[:2])
    factor = max(1, min(-(-side // shorter), LONGEST_SIDE // longer))
    return rgb.repeat(factor, axis=0).repeat(factor, axis=1)
