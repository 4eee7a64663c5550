"""How do many pictures leave as one? A row for each photo, a caption under each picture, white where nothing is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vizcore.figures.picture_caption import captioned

Pixels = NDArray[np.uint8]
WIDEST_ASPECT = 4  # of a picture that is brought to a height: a strip of one row would be a thousand times as wide


def contact_sheet(
    rows: Iterable[Iterable[tuple[Pixels, str]]], *, height: int | None = None, scale: float = 1.0
) -> Pixels:
    """(H, W, 3) of rows of (picture (h, w, 3), caption); a row without pictures takes no room.

    height: of every picture before its caption, less for one that would be wider than `WIDEST_ASPECT` times that; None:
    `scale` times its own. Pictures that are made while the rows are walked are held one at a time in their own size.
    ValueError without any picture.
    """

    def sized(rgb: Pixels) -> Pixels:
        return _to_height(rgb, _scaled(rgb, scale) if height is None else _lowered(rgb, height))

    filled = ([captioned(sized(rgb), words) for rgb, words in row] for row in rows)
    strips = [_beside(row) for row in filled if row]
    if not strips:
        raise ValueError("expected pictures, got none")
    width = max(strip.shape[1] for strip in strips)
    return np.concatenate([_on_white(strip, strip.shape[0], width) for strip in strips])


def fitting_scale(rows_wh: Sequence[Sequence[tuple[int, int]]], most_pixels: int) -> float:
    """The scale, at most 1, with which a sheet of pictures of these (width, height) has no more pixels, captions aside.

    rows_wh: by row of the sheet.
    """
    filled = [row for row in rows_wh if row]
    width = max((sum(w for w, _h in row) for row in filled), default=0)
    pixels = width * sum(max(h for _w, h in row) for row in filled)
    return min(1.0, math.sqrt(most_pixels / pixels)) if pixels else 1.0


def _scaled(rgb: Pixels, scale: float) -> int:
    return max(1, int(len(rgb) * scale))


def _lowered(rgb: Pixels, height: int) -> int:
    """The height, or less where the picture would become too wide with it."""
    own, width = rgb.shape[:2]
    return max(1, min(height, WIDEST_ASPECT * height * int(own) // int(width)))


def _beside(pictures: Sequence[Pixels]) -> Pixels:
    """Pictures in one row, white below the shorter ones."""
    height = max(len(each) for each in pictures)
    return np.concatenate([_on_white(each, height, each.shape[1]) for each in pictures], axis=1)


def _on_white(rgb: Pixels, height: int, width: int) -> Pixels:
    below, right = height - rgb.shape[0], width - rgb.shape[1]
    return np.pad(rgb, ((0, below), (0, right), (0, 0)), constant_values=255)


def _to_height(rgb: Pixels, height: int) -> Pixels:
    """Of this height and the same aspect; a picture that has it already comes back as it is."""
    if len(rgb) == height:
        return rgb
    width = max(1, round(rgb.shape[1] * height / rgb.shape[0]))
    return np.asarray(Image.fromarray(rgb).resize((width, height), Image.Resampling.BILINEAR))
