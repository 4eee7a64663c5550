"""How does a photo of any shape become the picture a detector wants, with nothing of it lost?

Pure steps, picture and placement in, picture and placement out. Each equals the step of one library to the last bit:
OpenCV's fixed-point resize (Ultralytics), torchvision's 8-bit resize (transformers) and torch's resize in floating
point (torchvision's detectors, RF-DETR).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vizcore.preprocessing.geometry import Placement
from vizcore.preprocessing.steps import Pixels

GREY = 114  # what Ultralytics fills the frame with
LONGEST_STRIP = 32  # a longer strip is filled up to this aspect, or its shorter side would shrink to nothing

Exact = NDArray[np.float32]


def letterbox(rgb: Pixels, placement: Placement, size: int, stride: int = 0) -> tuple[Pixels, Placement]:
    """Aspect kept, longer side to `size`, the rest of the square filled with grey on both sides.

    stride: where not 0, the shorter side is only filled up to the next multiple of it (Ultralytics' "rect").
    """
    import cv2

    height, width = rgb.shape[:2]
    scale = min(size / height, size / width)
    new_h, new_w = max(round(height * scale), 1), max(round(width * scale), 1)
    if (new_h, new_w) != (height, width):
        rgb = np.asarray(cv2.resize(rgb, (new_w, new_h), interpolation=cv2.INTER_LINEAR), np.uint8)
    free_h, free_w = ((size - new_h) % stride, (size - new_w) % stride) if stride else (size - new_h, size - new_w)
    top, left = round(free_h / 2 - 0.1), round(free_w / 2 - 0.1)
    framed = np.full((new_h + free_h, new_w + free_w, 3), GREY, np.uint8)
    framed[top : top + new_h, left : left + new_w] = rgb
    moved = placement.then((new_w / width, new_h / height), (left, top), (framed.shape[0], framed.shape[1]))
    return framed, moved


def stretch(rgb: Pixels, placement: Placement, height: int, width: int) -> tuple[Pixels, Placement]:
    """Antialiased bilinear resize in 8 bits, aspect not kept, as torchvision does on a uint8 tensor."""
    import torch

    before_h, before_w = rgb.shape[:2]
    if (before_h, before_w) != (height, width):
        planes = torch.from_numpy(np.array(rgb)).permute(2, 0, 1)[None]
        resized = torch.nn.functional.interpolate(planes, (height, width), mode="bilinear", antialias=True)
        rgb = np.ascontiguousarray(resized[0].permute(1, 2, 0).numpy())
    return rgb, placement.then((width / before_w, height / before_h), (0.0, 0.0), (height, width))


def shrunk_size(height: int, width: int, shorter: int, longest: int) -> tuple[int, int]:
    """(height, width) with the shorter side at `shorter`, or less where the longer one would pass `longest`.

    Rounded as transformers does for DETR.
    """
    small, large = min(height, width), max(height, width)
    exact = shorter if large / small * shorter <= longest else longest * small / large
    side = round(exact)
    other = max(1, int(exact * large / small))
    return (side, other) if height <= width else (other, side)


def fitting_size(height: int, width: int, shorter: int, longest: int) -> tuple[int, int]:
    """The same, rounded down as torchvision's detectors do."""
    scale = min(shorter / min(height, width), longest / max(height, width))
    return max(int(height * scale), 1), max(int(width * scale), 1)


def resize_exactly(rgb: Pixels, placement: Placement, height: int, width: int) -> tuple[Exact, Placement]:
    """Bilinear without antialiasing in floating point, (h, w, 3) in 0..255, as torch does it on floats.

    Only the rows and columns that are needed are touched, so that a photo of 50 megapixels needs no 600 MB of floats.
    """
    before_h, before_w = rgb.shape[:2]
    upper, lower, down = _neighbours(before_h, height)
    left, right, across = _neighbours(before_w, width)
    rows = _mixed(rgb[upper], rgb[lower], down[:, None, None])
    resized = _mixed(rows[:, left], rows[:, right], across[None, :, None])
    return resized, placement.then((width / before_w, height / before_h), (0.0, 0.0), (height, width))


def fill_strip(rgb: Pixels, placement: Placement) -> tuple[Pixels, Placement]:
    """A strip with sides more than 32-fold different, filled with grey at its end; other pictures unchanged."""
    height, width = rgb.shape[:2]
    least = -(-max(height, width) // LONGEST_STRIP)
    if min(height, width) >= least:
        return rgb, placement
    filled = np.full((max(height, least), max(width, least), 3), GREY, np.uint8)
    filled[:height, :width] = rgb
    return filled, placement.then((1.0, 1.0), (0.0, 0.0), (filled.shape[0], filled.shape[1]))


def _neighbours(before: int, after: int) -> tuple[NDArray[np.intp], NDArray[np.intp], Exact]:
    """For each of `after` places along one axis: the two source places around it, and the share of the second."""
    ratio = np.float32(before / after)
    places = np.maximum((np.arange(after, dtype=np.float32) + np.float32(0.5)) * ratio - np.float32(0.5), 0)
    first = np.minimum(places.astype(np.intp), before - 1)
    return first, np.minimum(first + 1, before - 1), (places - first).astype(np.float32)


def _mixed(first: NDArray[np.generic], second: NDArray[np.generic], share: Exact) -> Exact:
    mixed: Exact = first.astype(np.float32) * (1 - share) + second.astype(np.float32) * share
    return mixed
