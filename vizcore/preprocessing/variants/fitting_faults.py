"""Faults of the fit: the photo brought to the model's size another way than the recipe's.

Each takes the recipe's own placement of the photo and gives a picture of the same size with its own placement.
"""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from PIL import Image

from vizcore.preprocessing.fitting import GREY
from vizcore.preprocessing.geometry import Placement, whole
from vizcore.preprocessing.steps import Pixels

Sampling = Literal["antialiased", "bicubic", "linear", "nearest"]
PILLOW = {"antialiased": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
OPENCV = {"linear": cv2.INTER_LINEAR, "nearest": cv2.INTER_NEAREST}


def stretched(placement: Placement) -> Placement:
    """The whole photo over the whole picture, its aspect not kept."""
    (height, width), (model_h, model_w) = placement.photo_hw, placement.model_hw
    return whole(height, width).then((model_w / width, model_h / height), (0.0, 0.0), placement.model_hw)


def letterboxed(placement: Placement) -> Placement:
    """The whole photo, its aspect kept, in the middle of a grey frame."""
    return _centred(placement, min)


def cropped(placement: Placement) -> Placement:
    """The middle of the photo, its aspect kept, over the whole picture."""
    return _centred(placement, max)


def _centred(placement: Placement, choose: object) -> Placement:
    (height, width), (model_h, model_w) = placement.photo_hw, placement.model_hw
    scale: float = choose(model_h / height, model_w / width)  # type: ignore[operator]
    shift = ((model_w - scale * width) / 2, (model_h - scale * height) / 2)
    return whole(height, width).then((scale, scale), shift, placement.model_hw)


def resampled(rgb: Pixels, placement: Placement, sampling: Sampling) -> Pixels:
    """The photo drawn where the placement puts it, (h, w, 3); what it does not cover is grey 114."""
    if sampling in OPENCV:
        return _warped(rgb, placement, OPENCV[sampling])
    x0, y0, x1, y1 = placement.region_xyxy()
    corners = placement.to_model(np.array([[x0, y0], [x1, y1]]))
    (left, top), (right, bottom) = np.rint(corners).astype(int)
    canvas = np.full((*placement.model_hw, 3), GREY, np.uint8)
    size = (max(1, int(right - left)), max(1, int(bottom - top)))
    drawn = Image.fromarray(rgb).resize(size, PILLOW[sampling], box=(x0, y0, x1, y1))
    canvas[top : top + size[1], left : left + size[0]] = np.asarray(drawn)[
        : canvas.shape[0] - top, : canvas.shape[1] - left
    ]
    return canvas


def _warped(rgb: Pixels, placement: Placement, interpolation: int) -> Pixels:
    """One sample of the photo for each pixel of the picture: no average over what lies between them."""
    (scale_x, scale_y), (shift_x, shift_y) = placement.scale_xy, placement.shift_xy
    back = np.array(  # model pixel centre -> photo pixel centre
        [[1 / scale_x, 0, (0.5 - shift_x) / scale_x - 0.5], [0, 1 / scale_y, (0.5 - shift_y) / scale_y - 0.5]]
    )
    height, width = placement.model_hw
    across = (back[0, 0] * np.arange(width) + back[0, 2]).astype(np.float32)
    down = (back[1, 1] * np.arange(height) + back[1, 2]).astype(np.float32)
    map_x, map_y = np.meshgrid(across, down)
    drawn = cv2.remap(
        rgb, map_x, map_y, interpolation, borderMode=cv2.BORDER_REPLICATE
    )  # the half pixel beyond an edge repeats it
    outside_x = (across < -0.5) | (across >= rgb.shape[1] - 0.5)
    outside_y = (down < -0.5) | (down >= rgb.shape[0] - 0.5)
    drawn[outside_y] = GREY
    drawn[:, outside_x] = GREY
    return np.asarray(drawn, np.uint8)
