"""Which file can be saved so that a model, given the file, sees exactly the attacked pixels?

A model sees a crop of a resized photo. The file is therefore the resized photo (shorter side already what the recipe
resizes to, so that resizing it again changes nothing) with the attacked pixels in its crop; for a recipe that
stretches, the file is the model's own square.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from vizcore.generation.attacks.rounding import RgbArray
from vizcore.photo import Photo
from vizcore.preprocessing.recipes import Prepared
from vizcore.results import FloatArray


def file_picture(prepared: Prepared, rgb: RgbArray) -> RgbArray:
    """(h, w, 3): the picture to save so that the same recipe turns it into `rgb` (S, S, 3), bit for bit."""
    resized = next((step.rgb for step in prepared.steps if step.name == "resize_shorter_side"), None)
    if resized is None:
        return rgb
    height, width = rgb.shape[:2]
    top, left = round((resized.shape[0] - height) / 2.0), round((resized.shape[1] - width) / 2.0)
    picture = resized.copy()
    picture[top : top + height, left : left + width] = rgb
    return picture


def pasted_into(photo: Photo, difference: FloatArray, region_xyxy: tuple[float, float, float, float]) -> Photo:
    """The photo at its own size with the model-sized change (S, S, 3), in grey levels, enlarged onto its region.

    For the eye only: resizing such a photo again blurs the change, so what a model says about it must be asked anew.
    """
    left, top, right, bottom = (round(edge) for edge in region_xyxy)
    size = (max(right - left, 1), max(bottom - top, 1))
    channels = [Image.fromarray(difference[..., i].astype(np.float32)) for i in range(3)]
    enlarged = np.stack([np.asarray(each.resize(size, Image.Resampling.BICUBIC)) for each in channels], axis=-1)
    rgb = photo.rgb.copy()
    area = rgb[top : top + size[1], left : left + size[0]]
    area[...] = (area + enlarged).round().clip(0, 255).astype(np.uint8)
    return Photo(rgb, photo.name)
