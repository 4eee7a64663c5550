"""How does a picture that leaves the app say what it shows? In one or several lines of text under it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vizcore.figures.box_labels import text_tile

PAPER = "#ffffff"
SMALLEST_PX, LARGEST_PX = 11, 22
LETTERS_A_LINE = 90  # of a wide picture; a narrow one holds fewer
MARGIN_PX = 8


def captioned(rgb: NDArray[np.uint8], text: str) -> NDArray[np.uint8]:
    """rgb (H, W, 3) with the text below it on white, (H + h, W, 3); lines break between words. "" changes nothing."""
    words = text.split()
    if not words:
        return rgb
    width = rgb.shape[1]
    size = int(np.clip(width / LETTERS_A_LINE * 1.8, SMALLEST_PX, LARGEST_PX))
    lines = _broken(words, size, max(1, width - 2 * MARGIN_PX))
    tiles = [text_tile(line, size, PAPER)[:, : max(1, width - MARGIN_PX)] for line in lines]
    strip = np.full((sum(len(tile) for tile in tiles) + 2 * MARGIN_PX, width, 3), 255, np.uint8)
    top = MARGIN_PX
    for tile in tiles:
        left = max(0, min(MARGIN_PX, width - tile.shape[1]))
        strip[top : top + len(tile), left : left + tile.shape[1]] = tile
        top += len(tile)
    return np.concatenate([rgb, strip])


def _broken(words: list[str], size: int, room: int) -> list[str]:
    """Lines no wider than `room` pixels, as far as no single word is."""
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if text_tile(longer, size, PAPER).shape[1] <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
