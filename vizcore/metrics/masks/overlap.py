"""How much do two masks share? IoU, Dice, precision and recall, all from four counts of pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vizcore.errors import MaskSizesDiffer
from vizcore.results import FloatArray

Mask = NDArray[np.bool_]
EmptyPolicy = Literal["one", "skip"]
POLICIES: tuple[EmptyPolicy, ...] = ("one", "skip")


@dataclass(frozen=True)
class Counts:
    """Pixels (or anything else that is counted) in both masks (tp), in the prediction alone (fp), in the truth alone
    (fn) and in neither (tn); none of IoU, Dice, precision and recall looks at tn."""

    tp: int
    fp: int
    fn: int
    tn: int = 0

    def __post_init__(self) -> None:
        if min(self.tp, self.fp, self.fn, self.tn) < 0:
            raise ValueError(f"expected counts >= 0, got {self}")

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn, self.tn + other.tn)

    @property
    def truth(self) -> int:
        """Pixels of the true mask."""
        return self.tp + self.fn

    @property
    def predicted(self) -> int:
        """Pixels of the predicted mask."""
        return self.tp + self.fp

    @property
    def both_empty(self) -> bool:
        return self.tp + self.fp + self.fn == 0


def counts_of(truth: NDArray[Any], prediction: NDArray[Any]) -> Counts:
    """Two masks (H, W), bool or numbers where anything but 0 is inside. Error: MaskSizesDiffer."""
    a, b = same_size(truth, prediction)
    both, in_truth, in_prediction = (int(np.count_nonzero(each)) for each in (a & b, a, b))
    return Counts(both, in_prediction - both, in_truth - both, a.size - in_truth - in_prediction + both)


def same_size(truth: NDArray[Any], prediction: NDArray[Any]) -> tuple[Mask, Mask]:
    """Both as bool (H, W). Error: MaskSizesDiffer."""
    if truth.ndim != 2 or prediction.ndim != 2 or 0 in truth.shape or 0 in prediction.shape:
        raise ValueError(f"expected masks (H, W), got {truth.shape} and {prediction.shape}")
    if truth.shape != prediction.shape:
        (height, width), (other_height, other_width) = truth.shape, prediction.shape
        raise MaskSizesDiffer(width=width, height=height, other_width=other_width, other_height=other_height)
    return truth.astype(bool, copy=False), prediction.astype(bool, copy=False)


def iou(counts: Counts, empty: EmptyPolicy = "one") -> float:
    """Intersection over union, Jaccard's index J = TP / (TP + FP + FN)."""
    return _ratio(counts.tp, counts.tp + counts.fp + counts.fn, counts, empty)


def dice(counts: Counts, empty: EmptyPolicy = "one") -> float:
    """Dice = 2 TP / (2 TP + FP + FN): the F1 score of the pixels."""
    return _ratio(2 * counts.tp, 2 * counts.tp + counts.fp + counts.fn, counts, empty)


def precision(counts: Counts, empty: EmptyPolicy = "one") -> float:
    """Share of the prediction that is right, TP / (TP + FP); 0 for an empty prediction of something."""
    return _ratio(counts.tp, counts.predicted, counts, empty)


def recall(counts: Counts, empty: EmptyPolicy = "one") -> float:
    """Share of the truth that was found, TP / (TP + FN); 0 where something was predicted and nothing is there."""
    return _ratio(counts.tp, counts.truth, counts, empty)


def accuracy(counts: Counts) -> float:
    """Share of all pixels that are right, the background included; NaN without any pixel."""
    total = counts.tp + counts.fp + counts.fn + counts.tn
    return (counts.tp + counts.tn) / total if total else math.nan


def dice_from_iou(value: float) -> float:
    """2 J / (1 + J): both rank predictions alike, and Dice is never the smaller one."""
    return 2 * value / (1 + value)


def _ratio(part: int, whole: int, counts: Counts, empty: EmptyPolicy) -> float:
    """part / whole. 0 / 0 with both masks empty follows the policy: 1 (nothing to find, nothing claimed) or NaN (to be
    left out of means); with only one of them empty it is 0."""
    if whole:
        return part / whole
    if not counts.both_empty:
        return 0.0
    return empty_value(empty)


def empty_value(empty: EmptyPolicy) -> float:
    """What an agreement of two empty masks counts: 1, or NaN for "skip"."""
    if empty not in POLICIES:
        raise ValueError(f"expected one of {POLICIES}, got {empty}")
    return 1.0 if empty == "one" else math.nan


def shifted_square(sides: FloatArray, shift: float) -> tuple[FloatArray, FloatArray]:
    """IoU (s - d) / (s + d) and Dice (s - d) / s of squares of these sides and themselves d pixels further along one
    axis; 0 where they do not meet."""
    inside = np.clip(sides - shift, 0, None)
    return inside / (sides + shift), inside / sides
