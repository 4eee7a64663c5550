"""What does a drawing of 32 x 32 dots become: a digit as the network knows them, or a small matrix?

The digits were made so: a bitmap of 32 x 32 dots, counted in blocks of 4 x 4, gives 8 x 8 values from 0 to 16 (UCI).
"""

from __future__ import annotations

import base64
import binascii

import numpy as np
from numpy.typing import NDArray

from vizcore.results import FloatArray

DOTS, BLOCK = 32, 4
GLYPH = 32  # dots of the longer side: the digits learned from fill their 8 x 8 cells


def bitmap_of(code: str) -> NDArray[np.bool_] | None:
    """(32, 32) from base64 (URL-safe, 1 bit a dot, row by row); None for anything else."""
    try:
        content = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
    except (binascii.Error, ValueError):
        return None
    if len(content) != DOTS * DOTS // 8:
        return None
    return np.unpackbits(np.frombuffer(content, np.uint8)).reshape(DOTS, DOTS).astype(bool)


def blocks(bitmap: NDArray[np.bool_]) -> FloatArray:
    """(32, 32) -> (8, 8): how many dots of each block of 4 x 4 are set, 0 to 16."""
    side = DOTS // BLOCK
    counts: FloatArray = bitmap.reshape(side, BLOCK, side, BLOCK).sum((1, 3)).astype(np.float64)
    return counts


def centred(bitmap: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The drawing enlarged until its longer side has 32 dots, its centre of mass in the middle; empty stays empty."""
    import cv2

    rows, columns = np.nonzero(bitmap)
    if not len(rows):
        return bitmap.copy()
    part = bitmap[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    scale = GLYPH / max(part.shape)
    width, height = (max(1, round(side * scale)) for side in part.shape[::-1])
    glyph = cv2.resize(part.astype(np.uint8) * 255, (width, height), interpolation=cv2.INTER_LINEAR) > 127
    middle = [round(DOTS / 2 - (each.mean() + 0.5)) for each in np.nonzero(glyph)] if glyph.any() else [1, 1]
    room = [max(0, DOTS - side) for side in glyph.shape]
    top, left = (int(np.clip(place, 0, most)) for place, most in zip(middle, room, strict=True))
    sheet = np.zeros((DOTS, DOTS), bool)
    sheet[top : top + height, left : left + width] = glyph
    return sheet
