"""Two photos side by side with lines between the patches that choose each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from vizcore.figures.theme import CLASS_COLOURS, INK, MUTED_INK, red_green_blue
from vizcore.photo import Photo

if TYPE_CHECKING:
    from vizcore.similarity.patch_match import PatchMatches

HEIGHT = 400
GAP = 24
WIDEST = 1200  # of one photo


def pairs_picture(photo_a: Photo, photo_b: Photo, matches: PatchMatches, count: int) -> NDArray[np.uint8]:
    """(400, w, 3): the photos at one height, and the `count` most alike mutual pairs, each in a colour of its own."""
    left, right = _at_height(photo_a), _at_height(photo_b)
    sheet = Image.new("RGB", (left.width + GAP + right.width, HEIGHT), MUTED_INK.light)
    sheet.paste(left, (0, 0))
    sheet.paste(right, (left.width + GAP, 0))
    pen = ImageDraw.Draw(sheet)
    pairs = matches.mutual()[:count]
    for place, (a, b, _cosine) in reversed(list(enumerate(pairs))):
        colour = red_green_blue(CLASS_COLOURS[place % len(CLASS_COLOURS)])
        box_a = _scaled(matches.grid_a.box_of(a), photo_a, left, 0)
        box_b = _scaled(matches.grid_b.box_of(b), photo_b, right, left.width + GAP)
        for width, ink in ((5, red_green_blue(INK.light)), (3, colour)):
            pen.line([_centre(box_a), _centre(box_b)], fill=ink, width=width)
            pen.rectangle(box_a, outline=ink, width=width)
            pen.rectangle(box_b, outline=ink, width=width)
    return np.asarray(sheet)


def _at_height(photo: Photo) -> Image.Image:
    width = min(WIDEST, max(8, round(photo.width * HEIGHT / photo.height)))
    return Image.fromarray(photo.rgb).resize((width, HEIGHT), Image.Resampling.BILINEAR, reducing_gap=2.0)


def _scaled(
    box: tuple[float, float, float, float], photo: Photo, shown: Image.Image, shift: int
) -> tuple[float, float, float, float]:
    across, down = shown.width / photo.width, shown.height / photo.height
    return shift + box[0] * across, box[1] * down, shift + box[2] * across - 1, box[3] * down - 1


def _centre(box: tuple[float, float, float, float]) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
