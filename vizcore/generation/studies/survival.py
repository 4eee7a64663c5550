"""Does an adversarial picture still fool the model after it was saved, resized, blurred, cropped or printed?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from vizcore.errors import UnknownClass
from vizcore.generation.attacks.rounding import RgbArray
from vizcore.generation.gradients import answers
from vizcore.generation.studies.disturbances import DISTURBANCES
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import Result
from vizcore.zoo.protocols import FeatureModel


@dataclass(frozen=True)
class SurvivalSettings:
    """source, target: class indices of the attack (target None: untargeted). kinds: keys of DISTURBANCES."""

    source: int
    target: int | None = None
    kinds: tuple[str, ...] = tuple(DISTURBANCES)
    seed: int = 0


@dataclass(frozen=True)
class Survived:
    """One disturbance; kind "none" is the picture as it is.

    rival: the target, or without one the strongest class beside the source. survives: whether its goal still holds.
    """

    kind: str
    strength: float
    answer: str
    source_confidence: float
    rival_confidence: float
    survives: bool


@dataclass(frozen=True, eq=False)
class Survival(Result):
    """One row for each disturbance and strength, the undisturbed picture first."""

    rows: tuple[Survived, ...]


@torch.inference_mode()
def survival(model: FeatureModel, photo: Photo, settings: SurvivalSettings) -> Survival:
    """Disturbs the picture as a file (before the model's recipe) in every way and asks the model again."""
    count = len(model.labels)
    for index in (settings.source, settings.target or 0):
        if not 0 <= index < count:
            raise UnknownClass(wanted=index, model=model.card.key)
    random = np.random.default_rng(settings.seed)
    rows = [_row(model, photo.rgb, "none", 0.0, settings)]
    for kind in settings.kinds:
        for strength in DISTURBANCES[kind].strengths:
            disturbed = DISTURBANCES[kind].apply(photo.rgb, strength, random)
            rows.append(_row(model, disturbed, kind, strength, settings))
    return Survival(provenance_of("survival", model, photo, settings), tuple(rows))


def _row(model: FeatureModel, rgb: RgbArray, kind: str, strength: float, chosen: SurvivalSettings) -> Survived:
    pixels = model.pixels([model.prepare(Photo(rgb, kind))])
    shares = answers(model, pixels)[0].double().softmax(0).cpu().numpy()
    answer = int(shares.argmax())
    others = np.delete(shares, chosen.source)
    return Survived(
        kind=kind,
        strength=float(strength),
        answer=model.labels[answer],
        source_confidence=float(shares[chosen.source]),
        rival_confidence=float(others.max() if chosen.target is None else shares[chosen.target]),
        survives=answer != chosen.source if chosen.target is None else answer == chosen.target,
    )
