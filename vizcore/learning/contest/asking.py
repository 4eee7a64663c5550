"""What do all contestants whose weights are here say to digits: to the test's, or to one drawn by hand?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.learning.contest.contestants import CONTESTANTS
from vizcore.learning.contest.digits import SIDE
from vizcore.learning.contest.recorded import recorded_weights
from vizcore.learning.contest.run import learner_for
from vizcore.provenance import versions
from vizcore.results import FloatArray, Provenance, Result, expect_shape

GLYPH = 20  # pixels of a digit's longer side, as MNIST was made
AT_ONCE = 200


@dataclass(frozen=True)
class Question:
    """pictures (n, 28, 28) uint8. contestants: keys. weights: by key, for those run here; the recorded ones without."""

    pictures: NDArray[np.uint8]
    contestants: tuple[str, ...]
    weights: Mapping[str, Mapping[str, FloatArray]]


@dataclass(frozen=True, eq=False)
class Answers(Result):
    """probabilities (contestants, n, 10)."""

    contestants: tuple[str, ...]
    probabilities: FloatArray

    def validate(self) -> None:
        expect_shape("probabilities", self.probabilities, (len(self.contestants), None, 10))


def ask(model: object, photo: object, question: Question) -> Answers:
    """Needs neither a model nor a photo. A contestant without weights is left out."""
    answered: dict[str, FloatArray] = {}
    for key in question.contestants:
        weights = question.weights.get(key) or recorded_weights(key)
        if weights:
            answered[key] = _probabilities(key, weights, question.pictures)
    found = np.stack(list(answered.values())) if answered else np.zeros((0, len(question.pictures), 10))
    made_by = Provenance(
        operation="ask", settings={"contestants": list(answered)}, dtype="float32", versions=versions()
    )
    return Answers(made_by, tuple(answered), found)


def _probabilities(key: str, weights: Mapping[str, FloatArray], pictures: NDArray[np.uint8]) -> FloatArray:
    learner = learner_for(CONTESTANTS[key], 0)
    learner.load(weights)
    parts = [learner.probabilities(pictures[first : first + AT_ONCE]) for first in range(0, len(pictures), AT_ONCE)]
    return np.concatenate(parts) if parts else np.zeros((0, 10))


def as_mnist(bitmap: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """A drawing of (s, s) dots -> (28, 28): its longer side shrunk to 20 pixels, the centre of mass in the middle.

    So were MNIST's own digits made from black and white ones (LeCun et al. 1998). An empty drawing stays dark.
    """
    import cv2

    rows, columns = np.nonzero(bitmap)
    sheet = np.zeros((SIDE, SIDE), np.uint8)
    if not len(rows):
        return sheet
    ink = bitmap[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].astype(np.uint8) * 255
    scale = GLYPH / max(ink.shape)
    width, height = (max(1, round(side * scale)) for side in ink.shape[::-1])
    shrinking = scale < 1
    glyph = cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR)
    top, left = (
        int(np.clip(round(SIDE / 2 - middle), 0, SIDE - side))
        for middle, side in zip(_centre_of_mass(glyph.astype(np.float64)), glyph.shape, strict=True)
    )
    sheet[top : top + height, left : left + width] = glyph
    return sheet


def _centre_of_mass(grey: FloatArray) -> tuple[float, float]:
    """(down, right) in pixels from the upper left edge; the middle where there is no ink."""
    total = grey.sum()
    if not total:
        return grey.shape[0] / 2, grey.shape[1] / 2
    rows, columns = (np.arange(side) + 0.5 for side in grey.shape)
    return float(grey.sum(axis=1) @ rows / total), float(grey.sum(axis=0) @ columns / total)
