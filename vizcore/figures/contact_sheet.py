"""How do many pictures leave as one? A row for each photo, a caption under each picture, white where nothing is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vizcore.figures.picture_caption import captioned

Pixels = NDArray[np.uint8]


def contact_sheet(rows: Sequence[Sequence[tuple[Pixels, str]]], *, height: int | None = None) -> Pixels:
    """(H, W, 3) of rows of (picture (h, w, 3), caption); a row without pictures takes no room.

    height: of every picture before its caption; None keeps their sizes. ValueError without any picture.
    """
    filled = [list(row) for row in rows if row]
    if not filled:
        raise ValueError("expected pictures, got none")
    strips = [_beside([captioned(_to_height(rgb, height or len(rgb)), words) for rgb, words in row]) for row in filled]
    width = max(strip.shape[1] for strip in strips)
    return np.concatenate([_on_white(strip, strip.shape[0], width) for strip in strips])


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
