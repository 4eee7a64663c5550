"""Draws a heat map over a photo, in the photo's own frame."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vizcore.figures.ramp import heat_colours
from vizcore.photo import Photo
from vizcore.results import FloatArray, Heatmap

UNSEEN_DIMMING = 0.45  # what the model never saw is drawn darker, so that nobody reads a map into it


def overlay_heatmap(
    photo: Photo, heatmap: Heatmap, *, strength: float = 0.75, longest_side: int = 768
) -> NDArray[np.uint8]:
    """The photo (longest side at most `longest_side`) under its heat map, (h, w, 3) uint8.

    The map is enlarged smoothly from the model's grid; its opacity follows its value, so that no evidence leaves the
    photo as it is. strength in [0, 1] is the opacity of the strongest evidence.
    """
    base, scale = _shrunk(photo, longest_side)
    left, top, right, bottom = (round(v * scale) for v in heatmap.region_xyxy)
    width, height = max(1, right - left), max(1, bottom - top)
    left, top = min(left, base.shape[1] - 1), min(top, base.shape[0] - 1)
    values = enlarge(heatmap.grid, height, width)[: base.shape[0] - top, : base.shape[1] - left]
    canvas = base.astype(np.float32) * UNSEEN_DIMMING
    seen = base[top : top + values.shape[0], left : left + values.shape[1]].astype(np.float32)
    opacity = strength * values[..., None]
    canvas[top : top + values.shape[0], left : left + values.shape[1]] = (1 - opacity) * seen + opacity * heat_colours(
        values
    )
    return canvas.round().astype(np.uint8)


def enlarge(grid: FloatArray, height: int, width: int) -> FloatArray:
    """The grid (h, w) in [0, 1] at (height, width), bicubic and kept in [0, 1]."""
    picture = Image.fromarray(grid.astype(np.float32))
    enlarged: FloatArray = np.asarray(picture.resize((width, height), Image.Resampling.BICUBIC)).clip(0.0, 1.0)
    return enlarged


def _shrunk(photo: Photo, longest_side: int) -> tuple[NDArray[np.uint8], float]:
    scale = min(1.0, longest_side / max(photo.width, photo.height))
    if scale == 1.0:
        return photo.rgb, 1.0
    size = (max(1, round(photo.width * scale)), max(1, round(photo.height * scale)))
    return np.asarray(Image.fromarray(photo.rgb).resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)), scale
