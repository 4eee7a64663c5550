"""Is the model worse on a kind of photo: small, dark or blurred ones? A mean over all hides it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch

from vizcore.errors import PhotosMissing, UnknownClass
from vizcore.generation.gradients import answers
from vizcore.photo import Photo
from vizcore.pictures import shrunk
from vizcore.provenance import provenance_of
from vizcore.results import Result
from vizcore.zoo.protocols import FeatureModel

DARK = 0.25
BLURRED = 60.0
SHARPNESS_SIDE = 512


@dataclass(frozen=True)
class Traits:
    """shorter_side in pixels; brightness: mean luma in [0, 1]; sharpness: variance of the Laplacian (grey levels,
    longest side at most 512; Pech-Pacheco et al. 2000), low for blurred photos."""

    shorter_side: int
    brightness: float
    sharpness: float


def traits(photo: Photo) -> Traits:
    """Measured on the photo itself."""
    grey = cv2.cvtColor(shrunk(photo.rgb, SHARPNESS_SIDE), cv2.COLOR_RGB2GRAY)
    laplacian = cv2.Laplacian(grey, cv2.CV_64F)
    return Traits(min(photo.rgb.shape[:2]), float(grey.mean()) / 255, float(laplacian.var()))


@dataclass(frozen=True)
class SubgroupSettings:
    """truth: as in RobustnessSettings. Below `small` (shorter side), `dark` (brightness), `blurred` (sharpness)."""

    truth: tuple[int | None, ...] = ()
    small: int = 160
    dark: float = DARK
    blurred: float = BLURRED


Belongs = Callable[[Traits, SubgroupSettings], bool]

SUBGROUPS: dict[str, Belongs] = {
    "all": lambda photo, limits: True,
    "small": lambda photo, limits: photo.shorter_side < limits.small,
    "dark": lambda photo, limits: photo.brightness < limits.dark,
    "blurred": lambda photo, limits: photo.sharpness < limits.blurred,
}


@dataclass(frozen=True)
class Subgroup:
    """photos: places (from 0) of those that belong. confidence: mean, in the first answer; NaN for an empty slice.

    accuracy: share answered rightly among those whose truth is known; NaN without any.
    """

    name: str
    photos: tuple[int, ...]
    confidence: float
    accuracy: float


@dataclass(frozen=True, eq=False)
class SubgroupReport(Result):
    """One row for each slice, and what was measured on each photo."""

    rows: tuple[Subgroup, ...]
    traits: tuple[Traits, ...]


@torch.inference_mode()
def subgroup_report(
    model: FeatureModel, photo: Photo | Sequence[Photo], settings: SubgroupSettings | None = None
) -> SubgroupReport:
    """Answers on each slice of the photos. Errors: PhotosMissing, UnknownClass, ModelCannot, InvalidOutput."""
    chosen = settings or SubgroupSettings()
    photos = (photo,) if isinstance(photo, Photo) else tuple(photo)
    if not photos:
        raise PhotosMissing(needed=1, given=0)
    truth = chosen.truth or (None,) * len(photos)
    for index in truth:
        if index is not None and not 0 <= index < len(model.labels):
            raise UnknownClass(wanted=index, model=model.card.key)
    measured = tuple(traits(each) for each in photos)
    shares = [answers(model, model.pixels([model.prepare(each)]))[0].double().softmax(0) for each in photos]
    confidence = [float(each.max()) for each in shares]
    right = [
        None if wanted is None else int(each.argmax()) == wanted for each, wanted in zip(shares, truth, strict=True)
    ]
    rows = []
    for name, belongs in SUBGROUPS.items():
        members = tuple(i for i, each in enumerate(measured) if belongs(each, chosen))
        judged = [right[i] for i in members if right[i] is not None]
        rows.append(Subgroup(name, members, _mean([confidence[i] for i in members]), _mean(judged)))
    return SubgroupReport(provenance_of("subgroup_report", model, photos, chosen), tuple(rows), measured)


def _mean(values: Sequence[float | bool | None]) -> float:
    return float(np.mean([float(value or 0) for value in values])) if values else float("nan")
