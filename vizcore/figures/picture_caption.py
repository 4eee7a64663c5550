"""How does a picture that leaves the app say what it shows? In one or several lines of text under it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vizcore.figures.box_labels import text_tile

PAPER = "#ffffff"
SMALLEST_PX, LARGEST_PX = 11, 22
LETTERS_A_LINE = 90  # of a wide picture; a narrow one holds fewer
MARGIN_PX = 8
NARROWEST_PX = 96  # of a caption: below it a word a line would make a column


def captioned(rgb: NDArray[np.uint8], text: str) -> NDArray[np.uint8]:
    """rgb (H, W, 3) with the text below it on white, (H + h, W or more, 3); lines break between words.

    Beside a picture that is narrower than `NARROWEST_PX` or than the longest word there is white. "" changes nothing.
    """
    words = text.split()
    if not words:
        return rgb
    size = int(np.clip(rgb.shape[1] / LETTERS_A_LINE * 1.8, SMALLEST_PX, LARGEST_PX))
    longest = max(text_tile(word, size, PAPER).shape[1] for word in words)
    width = max(rgb.shape[1], NARROWEST_PX, longest + 2 * MARGIN_PX)
    tiles = [text_tile(line, size, PAPER) for line in _broken(words, size, width - 2 * MARGIN_PX)]
    strip = np.full((sum(len(tile) for tile in tiles) + 2 * MARGIN_PX, width, 3), 255, np.uint8)
    top = MARGIN_PX
    for tile in tiles:
        strip[top : top + len(tile), MARGIN_PX : MARGIN_PX + tile.shape[1]] = tile
        top += len(tile)
    beside = np.full((len(rgb), width - rgb.shape[1], 3), 255, np.uint8)
    return np.concatenate([np.concatenate([rgb, beside], axis=1), strip])


def _broken(words: list[str], size: int, room: int) -> list[str]:
    """Lines no wider than `room` pixels, which holds any single word."""
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if text_tile(longer, size, PAPER).shape[1] <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
