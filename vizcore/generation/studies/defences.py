"""Does a simple treatment of every picture undo attacks, and what does it cost on clean pictures?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from vizcore.errors import PhotosMissing
from vizcore.generation.attacks.rounding import RgbArray, as_pixels
from vizcore.generation.gradients import answers
from vizcore.generation.studies.disturbances import jpeg
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import Result
from vizcore.zoo.protocols import FeatureModel

Treatment = Callable[[RgbArray, np.random.Generator], list[RgbArray]]
DRAWS = 8


def untouched(rgb: RgbArray, random: np.random.Generator) -> list[RgbArray]:
    """No defence."""
    return [rgb]


def through_jpeg(rgb: RgbArray, random: np.random.Generator) -> list[RgbArray]:
    """JPEG of quality 75 (Das et al. 2017)."""
    return [jpeg(rgb, 75, random)]


def median(rgb: RgbArray, random: np.random.Generator) -> list[RgbArray]:
    """Median of 3 x 3 pixels in each channel (Xu et al. 2018)."""
    return [np.asarray(cv2.medianBlur(rgb, 3))]


def randomly_resized(rgb: RgbArray, random: np.random.Generator) -> list[RgbArray]:
    """DRAWS copies at 80 to 98 % of the size, at a random place on grey; answers are averaged (Xie et al. 2018)."""
    return [_resized_once(rgb, random) for _ in range(DRAWS)]


def _resized_once(rgb: RgbArray, random: np.random.Generator) -> RgbArray:
    side = rgb.shape[0]
    small = round(side * random.uniform(0.8, 0.98))
    top, left = random.integers(0, side - small + 1, size=2)
    canvas = np.full_like(rgb, 128)
    canvas[top : top + small, left : left + small] = np.asarray(Image.fromarray(rgb).resize((small, small)))
    return canvas


DEFENCES: dict[str, Treatment] = {
    "none": untouched,
    "jpeg": through_jpeg,
    "median": median,
    "random-resize": randomly_resized,
}


@dataclass(frozen=True)
class DefenceSettings:
    """target: the class index of the attack, None if untargeted. kinds: keys of DEFENCES."""

    target: int | None = None
    kinds: tuple[str, ...] = tuple(DEFENCES)
    seed: int = 0


@dataclass(frozen=True)
class Defended:
    """One defence. The reference is the model's own answer to the clean picture without any defence.

    clean_kept: share of clean pictures whose answer stays that; clean_confidence: mean confidence in it.
    restored: share of attacked pictures that get that answer back. still_fooled: share that reach the attack's goal.
    """

    kind: str
    clean_kept: float
    clean_confidence: float
    restored: float
    still_fooled: float


@dataclass(frozen=True, eq=False)
class Defences(Result):
    """One row for each defence; pairs: how many pictures before and after the attack."""

    rows: tuple[Defended, ...]
    pairs: int


@torch.inference_mode()
def defend(model: FeatureModel, photo: Sequence[Photo], settings: DefenceSettings | None = None) -> Defences:
    """Treats the pictures (before, after, before, after ...) as the model sees them. Errors: PhotosMissing."""
    chosen = settings or DefenceSettings()
    if len(photo) < 2 or len(photo) % 2:
        raise PhotosMissing(needed=max(len(photo) + 1, 2), given=len(photo))
    seen = [model.prepare(each).rgb for each in photo]
    reference = _asked(model, seen[::2], "none", chosen).argmax(1)
    rows = tuple(_row(model, seen, kind, reference, chosen) for kind in chosen.kinds)
    return Defences(provenance_of("defend", model, tuple(photo), chosen), rows, len(reference))


def _row(
    model: FeatureModel, seen: list[RgbArray], kind: str, reference: NDArray[np.int64], chosen: DefenceSettings
) -> Defended:
    before, after = _asked(model, seen[::2], kind, chosen), _asked(model, seen[1::2], kind, chosen)
    answer = after.argmax(1)
    fooled = answer != reference if chosen.target is None else answer == chosen.target
    return Defended(
        kind=kind,
        clean_kept=float((before.argmax(1) == reference).mean()),
        clean_confidence=float(np.take_along_axis(before, reference[:, None], 1).mean()),
        restored=float((answer == reference).mean()),
        still_fooled=float(fooled.mean()),
    )


def _asked(model: FeatureModel, seen: list[RgbArray], kind: str, chosen: DefenceSettings) -> NDArray[np.float64]:
    """(n, classes): mean probabilities over the copies that the defence makes of each picture."""
    random = np.random.default_rng(chosen.seed)
    rows = []
    for rgb in seen:
        batch = as_pixels(DEFENCES[kind](rgb, random), model.device)
        rows.append(answers(model, batch).double().softmax(1).mean(0).cpu().numpy())
    return np.stack(rows)
