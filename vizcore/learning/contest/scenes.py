"""How do single digits become a scene that a detector has to search?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.learning.contest.digits import LabelledDigits
from vizcore.results import FloatArray

SCENE_SIDE = 128
MOST_DIGITS = 3
SCALES = (0.9, 1.5)  # of the 28 x 28 digit
INK = 32  # grey value from which a pixel belongs to the digit's box
TRIES = 30
TEST_SEED = 2014


@dataclass(frozen=True, eq=False)
class Scene:
    """picture (128, 128) uint8; boxes_xyxy (n, 4) around the ink, edges in pixels; labels (n,) digits."""

    picture: NDArray[np.uint8]
    boxes_xyxy: FloatArray
    labels: NDArray[np.int64]


def scenes_of(digits: LabelledDigits, generator: np.random.Generator) -> list[Scene]:
    """Every digit once, in order, one to three a scene; digits do not overlap. A digit that found no room is left out.

    The digits are enlarged by 0.9 to 1.5.
    """
    scenes, first = [], 0
    while first < len(digits):
        count = int(generator.integers(1, MOST_DIGITS + 1))
        scenes.append(_scene(digits.at(np.arange(first, min(first + count, len(digits)))), generator))
        first += count
    return scenes


def scenes_for_test(digits: LabelledDigits, most: int) -> list[Scene]:
    """The same scenes for everybody: of digits in a fixed order, at most so many scenes."""
    generator = np.random.default_rng(TEST_SEED)
    order = generator.permutation(len(digits))[: most * MOST_DIGITS]
    return scenes_of(digits.at(order), generator)[:most]


def _scene(digits: LabelledDigits, generator: np.random.Generator) -> Scene:
    picture = np.zeros((SCENE_SIDE, SCENE_SIDE), np.uint8)
    taken = np.zeros((SCENE_SIDE, SCENE_SIDE), bool)
    boxes, labels = [], []
    for digit, label in zip(digits.pictures, digits.labels, strict=True):
        glyph = _ink_of(_scaled(digit, generator.uniform(*SCALES)))
        place = _free_place(taken, glyph.shape, generator)
        if place is None:
            continue
        (top, left), (height, width) = place, glyph.shape
        picture[top : top + height, left : left + width] = glyph
        taken[max(0, top - 2) : top + height + 2, max(0, left - 2) : left + width + 2] = True
        boxes.append((left, top, left + width, top + height))
        labels.append(int(label))
    return Scene(picture, np.array(boxes, np.float64).reshape(-1, 4), np.array(labels, np.int64))


def _scaled(digit: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    import cv2

    side = round(len(digit) * scale)
    return np.asarray(cv2.resize(digit, (side, side), interpolation=cv2.INTER_LINEAR), np.uint8)


def _ink_of(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The smallest rectangle with all of the ink; the whole picture where there is none."""
    rows, columns = np.nonzero(picture >= INK)
    if not len(rows):
        return picture
    return picture[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def _free_place(
    taken: NDArray[np.bool_], shape: tuple[int, ...], generator: np.random.Generator
) -> tuple[int, int] | None:
    """(top, left) where the rectangle meets nothing that is there; None after 30 tries."""
    for _ in range(TRIES):
        top, left = (int(generator.integers(0, SCENE_SIDE - side + 1)) for side in shape)
        if not taken[top : top + shape[0], left : left + shape[1]].any():
            return top, left
    return None
