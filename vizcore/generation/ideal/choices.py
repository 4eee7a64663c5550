"""What a person switches on and off, and which settings of a climb follow from it?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from vizcore.generation.ideal.presets import LAYER_SHARE, Preset, suggested
from vizcore.generation.ideal.settings import IdealSettings, Target
from vizcore.zoo.cards import ModelCard

L1_WEIGHT, L2_WEIGHT = 20.0, 20.0  # for a class's logit
BLUR_WEIGHT = 100.0


@dataclass(frozen=True)
class TargetChoice:
    """target and second with mix as in `IdealSettings`; before: read a stage before its last ReLU."""

    target: Target
    second: Target | None = None
    mix: float = 0.0
    before: bool = False


@dataclass(frozen=True)
class Hyperparameters:
    """Switches take an idea out or put it in at its suggested strength; None: as the preset says."""

    variation: float = 1.0  # times the suggested weight, 0 for off
    certainty: bool = True
    l1: bool = False
    l2: bool = False
    blur: bool = False
    fourier: bool = True
    colours: bool = True
    jitter: bool = True
    scale: bool = True
    rotate: bool = True
    steps: int | None = None
    learning_rate: float | None = None
    seed: int = 0
    count: int = 1
    diversity: float = 0.0


def settings_for(
    card: ModelCard,
    target_choice: TargetChoice,
    hyperparameters: Hyperparameters,
    *,
    effort: Preset,
    start: Literal["noise", "grey", "photo"],
) -> IdealSettings:
    """The suggestion for this model, target and start, with the switches and numbers put in.

    From a photo the climb is DeepDream's, as many times longer as `effort` is longer than "quick".
    """
    plain, quick = (suggested(card, target_choice.target, preset) for preset in (effort, "quick"))
    base, times = plain, 1
    if start == "photo":
        base, times = suggested(card, target_choice.target, "deepdream"), plain.steps // quick.steps
    share = 1.0 if target_choice.target.kind == "class" else LAYER_SHARE
    return replace(
        base,
        second=target_choice.second,
        mix=target_choice.mix,
        pre_activation=target_choice.before,
        start=start,
        steps=hyperparameters.steps or base.steps * times,
        learning_rate=hyperparameters.learning_rate or base.learning_rate,
        parametrisation=base.parametrisation if hyperparameters.fourier else "pixels",
        decorrelated=base.decorrelated and hyperparameters.colours,
        certainty=base.certainty * hyperparameters.certainty,
        variation=base.variation * hyperparameters.variation,
        l1=L1_WEIGHT * share * hyperparameters.l1,
        l2=L2_WEIGHT * share * hyperparameters.l2,
        blur=BLUR_WEIGHT * share * hyperparameters.blur,
        jitter=base.jitter * hyperparameters.jitter,
        scale=base.scale * hyperparameters.scale,
        rotate=base.rotate * hyperparameters.rotate,
        count=hyperparameters.count,
        diversity=hyperparameters.diversity * share,
        seed=hyperparameters.seed,
    )
