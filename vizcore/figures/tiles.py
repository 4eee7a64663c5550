"""The tiles of a photo drawn over it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from vizcore.figures.theme import DISPLAY_SIDE, LINE_WIDTH, PAPER, PRIMARY
from vizcore.photo import Photo
from vizcore.pictures import shrunk


def draw_tiles(photo: Photo, tiles: Sequence[tuple[int, int, int, int]]) -> NDArray[np.uint8]:
    """Every second tile is outlined in another colour, so that overlaps are seen; each has its number in its middle."""
    small = shrunk(photo.rgb, DISPLAY_SIDE)
    scale = small.shape[1] / photo.width
    picture = Image.fromarray(small.copy())
    draw = ImageDraw.Draw(picture)
    for number, (x0, y0, x1, y1) in enumerate(tiles, start=1):
        corners = [round(each * scale) for each in (x0, y0, x1, y1)]
        corners[2], corners[3] = corners[2] - 1, corners[3] - 1
        colour = PRIMARY.light if number % 2 else PAPER.light
        draw.rectangle(corners, outline=colour, width=LINE_WIDTH)
        middle = ((corners[0] + corners[2]) / 2, (corners[1] + corners[3]) / 2)
        draw.text(middle, str(number), fill=PAPER.light, stroke_width=3, stroke_fill=PRIMARY.light, font_size=26)
    return np.asarray(picture)
