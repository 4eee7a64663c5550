"""Named repairs of a mask, one after the other: threshold, largest component, fill holes, minimum area, smooth.

Pixels that touch at a side or a corner belong together; holes are joined at sides only, as is usual for the background.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vizcore.errors import SettingOutOfRange
from vizcore.i18n import N_
from vizcore.results import FloatArray
from vizcore.segmentation.results import Mask

MOST_AREA = 100_000_000
WITH_CORNERS, SIDES_ONLY = 8, 4


@dataclass(frozen=True)
class CleanStep:
    """One repair by its name in `CLEANUPS`, with its value (0 where it takes none)."""

    name: str
    value: float = 0.0


@dataclass(frozen=True, eq=False)
class Cleaned:
    """The mask (H, W) after a step; added and removed: pixels that the step changed."""

    step: CleanStep
    mask: Mask
    added: int
    removed: int


@dataclass(frozen=True)
class Cleanup:
    """One row of the table. label and meaning: English, translated where shown. unit "" = the step takes no value.

    needs_logits: the step begins anew from the logits instead of from the mask.
    """

    label: str
    meaning: str
    apply: Callable[[NDArray[np.bool_] | FloatArray, float], Mask]
    unit: str = ""
    least: float = 0.0
    most: float = 0.0
    default: float = 0.0
    needs_logits: bool = False


def clean(mask: Mask, steps: Sequence[CleanStep], logits: FloatArray | None = None) -> tuple[Cleaned, ...]:
    """The mask after each step, in order; no steps give nothing.

    logits (H, W): the segmenter's at the photo's size (`Answered.logits_on`), for the step "threshold".
    SettingOutOfRange for a value outside the row's limits; ValueError for an unknown step or missing logits.
    """
    stages: list[Cleaned] = []
    current = mask
    for step in steps:
        if step.name not in CLEANUPS:
            raise ValueError(f"expected one of {', '.join(CLEANUPS)}, got {step.name}")
        row = CLEANUPS[step.name]
        if row.unit and not row.least <= step.value <= row.most:
            raise SettingOutOfRange(setting=step.name, least=row.least, most=row.most, actual=step.value)
        if row.needs_logits and logits is None:
            raise ValueError(f"expected logits for the step {step.name}, got none")
        start = logits if row.needs_logits and logits is not None else current
        after = row.apply(start, step.value)
        added, removed = np.count_nonzero(after & ~current), np.count_nonzero(current & ~after)
        stages.append(Cleaned(step, after, int(added), int(removed)))
        current = after
    return tuple(stages)


def threshold(logits: NDArray[np.bool_] | FloatArray, value: float) -> Mask:
    """Pixels whose logit is above the value: 0 is the model's own border, more gives a smaller mask."""
    above: Mask = np.greater(logits, value)
    return above


def largest_component(mask: NDArray[np.bool_] | FloatArray, value: float = 0.0) -> Mask:
    """The largest connected part alone; the first one from the top left of several equal ones."""
    labels, areas = _components(mask, WITH_CORNERS)
    if not len(areas):
        return np.zeros(labels.shape, bool)
    largest: Mask = labels == int(np.argmax(areas)) + 1
    return largest


def fill_holes(mask: NDArray[np.bool_] | FloatArray, largest_px: float = MOST_AREA) -> Mask:
    """Without holes of at most this many pixels. What touches the edge of the picture is no hole."""
    inside = np.asarray(mask, bool)
    labels, areas = _components(~inside, SIDES_ONLY)
    border = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    hole = areas <= largest_px
    hole[border[border > 0] - 1] = False
    filled: Mask = inside | np.concatenate([[False], hole])[labels]
    return filled


def remove_specks(mask: NDArray[np.bool_] | FloatArray, least_px: float) -> Mask:
    """Without connected parts of fewer pixels than this; if all are smaller, nothing is left."""
    labels, areas = _components(mask, WITH_CORNERS)
    kept: Mask = np.concatenate([[False], areas >= least_px])[labels]
    return kept


def smooth(mask: NDArray[np.bool_] | FloatArray, sigma_px: float) -> Mask:
    """Border rounded off: blurred by a Gaussian of this standard deviation, then cut at one half."""
    if sigma_px <= 0:
        return np.array(mask, bool)
    blurred = ndimage.gaussian_filter(np.asarray(mask, np.float32), sigma_px, mode="nearest")
    rounded: Mask = blurred > 0.5
    return rounded


def _components(mask: NDArray[np.bool_] | FloatArray, connectivity: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Labels (H, W) from 1, 0 outside, and the area of each label."""
    given = np.ascontiguousarray(mask, dtype=np.uint8)
    _, labels, numbers, _ = cv2.connectedComponentsWithStats(given, connectivity=connectivity)
    return np.asarray(labels, np.int32), np.asarray(numbers[1:, cv2.CC_STAT_AREA], np.int64)


CLEANUPS: dict[str, Cleanup] = {
    "threshold": Cleanup(
        N_("Threshold"),
        N_("Cuts the logits elsewhere than at 0: higher keeps only what the model is sure of."),
        threshold,
        unit="logit",
        least=-10.0,
        most=10.0,
        needs_logits=True,
    ),
    "largest_component": Cleanup(
        N_("Largest component"), N_("Keeps the largest connected part and drops the others."), largest_component
    ),
    "fill_holes": Cleanup(
        N_("Fill holes"),
        N_("Fills holes up to this size; an object with a real hole, such as a ring, loses it."),
        fill_holes,
        unit="px²",
        most=MOST_AREA,
        default=10_000.0,
    ),
    "minimum_area": Cleanup(
        N_("Minimum area"),
        N_("Drops connected parts smaller than this; small objects go with the specks."),
        remove_specks,
        unit="px²",
        most=MOST_AREA,
        default=64.0,
    ),
    "smooth": Cleanup(
        N_("Smooth"),
        N_("Rounds the border off; thin parts such as whiskers and tails vanish."),
        smooth,
        unit="px",
        most=20.0,
        default=2.0,
    ),
}
