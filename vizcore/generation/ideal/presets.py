"""Which settings are a good start for this model and target, and which four tell the story of the variation loss?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from vizcore.generation.ideal.settings import IdealSettings, Target
from vizcore.zoo.cards import Family, ModelCard

Preset = Literal["quick", "standard", "fine", "deepdream"]

PRESETS: Mapping[Preset, Mapping[str, object]] = MappingProxyType(
    {
        "quick": {"steps": 64},
        "standard": {"steps": 192},
        "fine": {"steps": 512},
        # From a photo: few small steps, so that it stays recognisable.
        "deepdream": {"steps": 48, "start": "photo", "learning_rate": 0.02, "parametrisation": "pixels"},
    }
)


@dataclass(frozen=True)
class Taste:
    """What suits a family of models. variation: for a class's logit; layers' activations are some 20 times smaller."""

    variation: float
    certainty: float
    jitter: float
    scale: float
    rotate: float


LAYER_SHARE = 1 / 20
CNN = Taste(variation=150, certainty=3, jitter=1 / 16, scale=0.1, rotate=10)
# Attention holds on to any place: only larger shifts, sizes and turns make the parts of an animal come together.
VIT = Taste(variation=150, certainty=3, jitter=1 / 8, scale=0.2, rotate=15)
TASTES: Mapping[Family, Taste] = MappingProxyType({"cnn": CNN, "vit": VIT, "swin": VIT})


def suggested(card: ModelCard, target: Target, preset: Preset = "standard") -> IdealSettings:
    """Settings to start from for this model and target."""
    taste = TASTES.get(card.family, CNN)
    share = 1.0 if target.kind == "class" else LAYER_SHARE
    base = IdealSettings(
        target=target,
        variation=taste.variation * share,
        certainty=taste.certainty,
        jitter=taste.jitter,
        scale=taste.scale,
        rotate=taste.rotate,
    )
    return replace(base, **PRESETS[preset])  # type: ignore[arg-type]


def ablation(settings: IdealSettings) -> dict[str, IdealSettings]:
    """Four runs, each with one thing more: plain pixels, + variation loss, + waves and colours, + transforms."""
    plain = replace(settings, parametrisation="pixels", decorrelated=False, jitter=0.0, scale=0.0, rotate=0.0)
    waves = replace(plain, parametrisation="fourier", decorrelated=True)
    return {
        "pixels": replace(plain, variation=0.0),
        "variation": plain,
        "fourier": waves,
        "transforms": replace(waves, jitter=settings.jitter, scale=settings.scale, rotate=settings.rotate),
    }
