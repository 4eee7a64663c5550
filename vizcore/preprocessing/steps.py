"""The single steps of preprocessing: pure functions, picture and placement in, picture and placement out."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vizcore.preprocessing.geometry import Placement

Pixels = NDArray[np.uint8]
Filter = Literal["bilinear", "bicubic"]

# A longer strip is cut to this aspect first: resizing 20,000 x 1 to a shorter side of 256 would need 1.3 gigapixels.
LONGEST_ASPECT = 8
_FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}


def cut_strip(rgb: Pixels, placement: Placement) -> tuple[Pixels, Placement]:
    """The middle of a picture whose sides differ more than 8-fold; other pictures unchanged."""
    height, width = rgb.shape[:2]
    longest = LONGEST_ASPECT * min(height, width)
    if max(height, width) <= longest:
        return rgb, placement
    return centre_crop(rgb, placement, min(height, longest), min(width, longest))


def resize(rgb: Pixels, placement: Placement, height: int, width: int, kind: Filter) -> tuple[Pixels, Placement]:
    """Antialiased resize by Pillow, rounded to 8 bits as torchvision does on PIL pictures."""
    before_h, before_w = rgb.shape[:2]
    resized = np.asarray(Image.fromarray(rgb).resize((width, height), _FILTERS[kind]))
    return resized, placement.then((width / before_w, height / before_h), (0.0, 0.0), (height, width))


def resize_shorter_side(rgb: Pixels, placement: Placement, length: int, kind: Filter) -> tuple[Pixels, Placement]:
    """Shorter side to `length`, aspect kept, the longer side rounded down as torchvision's Resize does."""
    height, width = rgb.shape[:2]
    if height <= width:
        return resize(rgb, placement, length, int(length * width / height), kind)
    return resize(rgb, placement, int(length * height / width), length, kind)


def centre_crop(rgb: Pixels, placement: Placement, height: int, width: int) -> tuple[Pixels, Placement]:
    """The central height x width pixels; offsets rounded half to even as torchvision's CenterCrop does."""
    top, left = round((rgb.shape[0] - height) / 2.0), round((rgb.shape[1] - width) / 2.0)
    cropped = rgb[top : top + height, left : left + width]
    return cropped, placement.then((1.0, 1.0), (-left, -top), (height, width))
