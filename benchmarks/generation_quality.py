"""Do the bundled CNN's attacks reach their targets and its ideal pictures their class?

On the built-in samples, and on 20 validation photos too where VIZCORE_PACKS names the folder of the training packs
(training/README.md).
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from benchmarks.generation import bundled
from benchmarks.measurement import Measurement
from vizcore.errors import AlreadyTarget
from vizcore.generation.attacks.results import AttackResult
from vizcore.generation.attacks.run import attack
from vizcore.generation.attacks.table import ATTACKS
from vizcore.generation.ideal.presets import ablation, suggested
from vizcore.generation.ideal.results import IdealResult
from vizcore.generation.ideal.run import ideal
from vizcore.generation.ideal.settings import IdealSettings, Target
from vizcore.photo import Photo
from vizcore.samples import SAMPLES, load_sample
from vizcore.zoo.feature_models import TorchFeatureModel
from vizcore.zoo.labels import find_class

TARGETS = ("tabby", "Labrador retriever", "goldfish")
CLASSES = ("tabby", "Egyptian cat", "Labrador retriever", "Chihuahua", "goldfish", "espresso")
VALIDATION_PHOTOS = 20


def main() -> list[Measurement]:
    """Prints one line for each target."""
    torch.set_num_threads(1)
    model = bundled()
    return [missed_targets(model), *ideal_pictures(model)]


def missed_targets(model: TorchFeatureModel) -> Measurement:
    """Targeted PGD at 8/255 with its own settings: share of attacks whose 8-bit picture misses the target."""
    reached = [
        found.success
        for photo in photos()
        for target in TARGETS
        if (found := attacked(model, photo, find_class(model.labels, target, model.card.key))) is not None
    ]
    remark = f"{sum(reached)} of {len(reached)} reached"
    return Measurement("generation_quality.missed_targets", 1 - float(np.mean(reached)), "share", 0.05, remark=remark)


def attacked(model: TorchFeatureModel, photo: Photo, target: int) -> AttackResult | None:
    """None for a photo in which the model already sees the target."""
    try:
        *_, last = attack(model, photo, replace(ATTACKS["pgd"].suggested, target=target, epsilon_255=8))
    except AlreadyTarget:
        return None
    if not isinstance(last.result, AttackResult):
        raise ValueError("expected an attack's result")
    return last.result


def ideal_pictures(model: TorchFeatureModel) -> list[Measurement]:
    """Standard climbs: doubt under fresh shifts, and total variation beside plain pixels without variation loss."""
    doubts, ratios = [], []
    for name in CLASSES:
        settings = suggested(model.card, Target("class", find_class(model.labels, name, model.card.key)))
        runs = ablation(settings)
        plain, smooth, whole = (climbed(model, runs[key]) for key in ("pixels", "variation", "transforms"))
        doubts.append(1 - float(whole.jittered[0]))
        ratios.append(max(smooth.total_variation[0], whole.total_variation[0]) / plain.total_variation[0])
        print(
            f"{name}: p {whole.probability():.3f}, shifted {whole.jittered[0]:.3f}, plain pixels p "
            f"{plain.probability():.3f}, shifted {plain.jittered[0]:.3f}, total variation {ratios[-1]:.3f} of plain",
            flush=True,
        )
    worst = f"worst of {len(CLASSES)} classes"
    return [
        Measurement("generation_quality.doubt_when_shifted", max(doubts), "1 - p", 0.05, remark=worst),
        Measurement("generation_quality.total_variation", max(ratios), "of plain pixels", 0.3, remark=worst),
    ]


def climbed(model: TorchFeatureModel, settings: IdealSettings) -> IdealResult:
    *_, last = ideal(model, None, settings)
    if not isinstance(last.result, IdealResult):
        raise ValueError("expected an ideal picture")
    return last.result


def photos() -> list[Photo]:
    """All samples, and evenly spaced validation photos where the packs are."""
    found = [load_sample(key) for key in SAMPLES]
    packs = os.environ.get("VIZCORE_PACKS", "")
    if not packs:
        print("VIZCORE_PACKS is not set: built-in samples only")
        return found
    from training.packs import read_classes, read_photos

    natural = read_photos(Path(packs), "val", read_classes(Path(packs)))
    chosen = np.linspace(0, len(natural.rgb) - 1, VALIDATION_PHOTOS).astype(int)
    return [*found, *(Photo(np.ascontiguousarray(natural.rgb[i]), f"validation {i}") for i in chosen)]
