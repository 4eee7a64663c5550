"""Does the answer hold when the picture moves by a pixel or turns by a degree?"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from vizcore.errors import SettingOutOfRange, UnknownClass
from vizcore.generation.attacks.rounding import RgbArray, as_pixels
from vizcore.generation.gradients import answers
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import Result, expect_shape
from vizcore.zoo.protocols import FeatureModel

BATCH = 9


@dataclass(frozen=True)
class StabilitySettings:
    """reach: largest shift in pixels of the model's picture, both ways, 0 to 16. degrees: turns to try.

    reference: class index, None for the model's own answer to the unmoved picture.
    """

    reach: int = 4
    degrees: tuple[float, ...] = (-15, -10, -5, -2, -1, 1, 2, 5, 10, 15)
    reference: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.reach <= 16:
            raise SettingOutOfRange(setting="reach", least=0, most=16, actual=self.reach)


@dataclass(frozen=True, eq=False)
class Stability(Result):
    """shift_confidence (2 reach + 1, 2 reach + 1): of the reference class, rows are shifts down, columns to the right,
    the unmoved picture in the middle; shift_kept: whether it is the first answer. turn_confidence, turn_kept (d,).
    """

    label: str
    reach: int
    degrees: tuple[float, ...]
    confidence: float
    shift_confidence: NDArray[np.float64]
    shift_kept: NDArray[np.bool_]
    turn_confidence: NDArray[np.float64]
    turn_kept: NDArray[np.bool_]

    def validate(self) -> None:
        side = 2 * self.reach + 1
        for name in ("shift_confidence", "shift_kept"):
            expect_shape(name, getattr(self, name), (side, side))
        for name in ("turn_confidence", "turn_kept"):
            expect_shape(name, getattr(self, name), (len(self.degrees),))

    @property
    def one_pixel_kept(self) -> float:
        """Share of the eight shifts by at most one pixel with the same answer; NaN when none was tried."""
        return self._around(self.shift_kept.astype(np.float64))

    @property
    def one_pixel_swing(self) -> float:
        """Largest change of confidence by a shift of at most one pixel; NaN when none was tried."""
        if not self.reach:
            return float("nan")
        near = self.shift_confidence[self.reach - 1 : self.reach + 2, self.reach - 1 : self.reach + 2]
        return float(np.abs(near - self.confidence).max())

    def _around(self, grid: NDArray[np.float64]) -> float:
        if not self.reach:
            return float("nan")
        near = grid[self.reach - 1 : self.reach + 2, self.reach - 1 : self.reach + 2]
        return float((near.sum() - near[1, 1]) / 8)


@torch.inference_mode()
def stability(model: FeatureModel, photo: Photo, settings: StabilitySettings | None = None) -> Stability:
    """Moves what the model sees; what comes in at the edges is mirrored. Errors: UnknownClass, InvalidOutput."""
    chosen = settings or StabilitySettings()
    seen = model.prepare(photo).rgb
    if chosen.reference is not None and not 0 <= chosen.reference < len(model.labels):
        raise UnknownClass(wanted=chosen.reference, model=model.card.key)
    still = _asked(model, [seen])[0]
    reference = int(still.argmax()) if chosen.reference is None else chosen.reference
    steps = range(-chosen.reach, chosen.reach + 1)
    shifts = _asked(model, [shifted(seen, down, right) for down in steps for right in steps])
    turns = _asked(model, [turned(seen, angle) for angle in chosen.degrees]) if chosen.degrees else shifts[:0]
    side = len(steps)
    return Stability(
        provenance_of("stability", model, photo, chosen),
        label=model.labels[reference],
        reach=chosen.reach,
        degrees=chosen.degrees,
        confidence=float(still[reference]),
        shift_confidence=shifts[:, reference].reshape(side, side),
        shift_kept=(shifts.argmax(1) == reference).reshape(side, side),
        turn_confidence=turns[:, reference],
        turn_kept=turns.argmax(1) == reference,
    )


def shifted(rgb: RgbArray, down: int, right: int) -> RgbArray:
    """The picture moved by whole pixels, mirrored at the edges that come in."""
    height, width = rgb.shape[:2]
    margin = max(abs(down), abs(right))
    padded = cv2.copyMakeBorder(rgb, margin, margin, margin, margin, cv2.BORDER_REFLECT_101)
    return np.asarray(padded[margin - down : margin - down + height, margin - right : margin - right + width])


def turned(rgb: RgbArray, degrees: float) -> RgbArray:
    """The picture turned about its middle (anticlockwise above 0, linear interpolation), mirrored at the edges."""
    height, width = rgb.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(rgb, matrix, (width, height), borderMode=cv2.BORDER_REFLECT_101))


def _asked(model: FeatureModel, rgbs: list[RgbArray]) -> NDArray[np.float64]:
    """(n, classes) probabilities, a few pictures at a time."""
    parts = []
    for start in range(0, len(rgbs), BATCH):
        batch = as_pixels(rgbs[start : start + BATCH], model.device)
        parts.append(answers(model, batch).double().softmax(1).cpu().numpy())
    return np.concatenate(parts)
