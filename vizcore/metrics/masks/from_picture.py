"""Which pixels of a picture file are the mask?"""

from __future__ import annotations

import numpy as np

from vizcore.metrics.masks.overlap import Mask
from vizcore.photo import Photo


def mask_of_photo(photo: Photo) -> Mask:
    """Bool (H, W): pixels whose brightest channel is more than half of the brightest in the whole picture.

    So 0 and 255, 0 and 1, and soft edges between them all read as meant; an all-black picture is an empty mask.
    """
    brightest = photo.rgb.max(axis=2)
    mask: Mask = 2 * brightest.astype(np.int32) > int(brightest.max())
    return mask
