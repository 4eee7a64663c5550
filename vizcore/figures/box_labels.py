"""How is a name written on a picture, quickly and in any alphabet? As small pictures of text, drawn once and kept."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from vizcore.figures.theme import LABEL_INKS, red_green_blue

LONGEST = 40  # letters of a label on a picture
WEIGHT = 500
_drawing = Lock()  # OpenCV's own cache of letters is shared by all threads


def written(label: str) -> str:
    """The label on one line and not too long."""
    line = " ".join(label.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def ink_on(colour: str) -> str:
    """Black or white, "#rrggbb", whichever is more readable on this colour (WCAG's relative luminance)."""
    red, green, blue = ((channel / 255) ** 2.2 for channel in red_green_blue(colour))
    return LABEL_INKS[0] if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 else LABEL_INKS[1]


@lru_cache(maxsize=4096)
def text_tile(text: str, size: int, colour: str) -> NDArray[np.uint8]:
    """(h, w, 3): the text on a ground of this colour, in letters of `size` pixels; h depends on size alone.

    OpenCV brings the letters: Latin, Greek, Cyrillic, Chinese and more; what it lacks becomes a question mark.
    """
    import cv2

    height, baseline, wide = round(1.4 * size), round(1.05 * size), size * (2 * len(text) + 2)
    coverage = np.zeros((height, wide), np.uint8)
    with _drawing:
        (end, _), _ = cv2.putText(coverage, text, (0, baseline), 255, cv2.FontFace("sans"), size, WEIGHT)
    share = coverage[:, : max(1, end), None].astype(np.float32) / 255
    ground, ink = (np.array(red_green_blue(each), np.float32) for each in (colour, ink_on(colour)))
    tile = np.rint(ground + share * (ink - ground)).astype(np.uint8)
    tile.flags.writeable = False
    return tile
