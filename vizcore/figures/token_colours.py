"""The patches of a photo painted in the colours of their main directions of difference."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vizcore.figures.overlay import UNSEEN_DIMMING
from vizcore.photo import Photo
from vizcore.pictures import shrunk

Box = tuple[float, float, float, float]


def painted_patches(
    photo: Photo, colours: NDArray[np.uint8], region_xyxy: Box, *, strength: float = 1.0, longest_side: int = 512
) -> NDArray[np.uint8]:
    """The photo under its patches' colours (h, w, 3), each patch a plain rectangle; what is not seen is darker.

    region_xyxy: photo pixels. strength in [0, 1]: opacity of the colours.
    """
    base = shrunk(photo.rgb, longest_side)
    scale_x, scale_y = base.shape[1] / photo.width, base.shape[0] / photo.height
    left, right = (int(np.clip(round(x * scale_x), 0, base.shape[1])) for x in region_xyxy[::2])
    top, bottom = (int(np.clip(round(y * scale_y), 0, base.shape[0])) for y in region_xyxy[1::2])
    left, top = min(left, base.shape[1] - 1), min(top, base.shape[0] - 1)
    size = (max(1, right - left), max(1, bottom - top))
    patches = np.asarray(Image.fromarray(colours).resize(size, Image.Resampling.NEAREST)).astype(np.float32)
    drawn = base.astype(np.float32) * UNSEEN_DIMMING
    seen = base[top : top + size[1], left : left + size[0]]
    drawn[top : top + size[1], left : left + size[0]] = (1 - strength) * seen + strength * patches
    return drawn.round().astype(np.uint8)
