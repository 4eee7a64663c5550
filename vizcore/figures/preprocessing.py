"""Each step of a photo's way into a model as a picture for the screen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from vizcore.figures.overlay import UNSEEN_DIMMING
from vizcore.figures.theme import LINE_WIDTH, PAPER

SCREEN_SIDE = 384
Box = tuple[float, float, float, float]


def step_picture(rgb: NDArray[np.uint8], *, side: int = SCREEN_SIDE) -> NDArray[np.uint8]:
    """(h, w, 3) -> longest side about `side`; small pictures grow by whole factors: each pixel is a square."""
    longest = max(rgb.shape[:2])
    if longest * 2 <= side:
        return rgb.repeat(side // longest, axis=0).repeat(side // longest, axis=1)
    if longest <= side:
        return rgb
    picture = Image.fromarray(rgb)
    picture.thumbnail((side, side), reducing_gap=2.0)
    return np.asarray(picture)


def outlined_region(rgb: NDArray[np.uint8], region_xyxy: Box, *, side: int = 2 * SCREEN_SIDE) -> NDArray[np.uint8]:
    """The photo with the part that the model is given in a frame, and the rest darker. region_xyxy: photo pixels."""
    small = step_picture(rgb, side=side)
    factor_x, factor_y = small.shape[1] / rgb.shape[1], small.shape[0] / rgb.shape[0]
    left, right = (int(np.clip(round(x * factor_x), 0, small.shape[1])) for x in region_xyxy[::2])
    top, bottom = (int(np.clip(round(y * factor_y), 0, small.shape[0])) for y in region_xyxy[1::2])
    right, bottom = max(right, left + 1), max(bottom, top + 1)
    drawn = (small * UNSEEN_DIMMING).round().astype(np.uint8)
    drawn[top:bottom, left:right] = small[top:bottom, left:right]
    picture = Image.fromarray(drawn)
    ImageDraw.Draw(picture).rectangle((left, top, right - 1, bottom - 1), outline=PAPER.light, width=LINE_WIDTH)
    return np.asarray(picture)
