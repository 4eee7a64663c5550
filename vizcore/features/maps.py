"""What does each channel of a stage respond to, and where?"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from vizcore.features.finite import finite_array
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import FeatureMaps
from vizcore.zoo.hooks import captured
from vizcore.zoo.protocols import FeatureModel


@dataclass(frozen=True)
class MapSettings:
    """stage: a key of the model's `stages`; "" for the one its class maps use."""

    stage: str = ""


@torch.inference_mode()
def feature_maps(model: FeatureModel, photo: Photo, settings: MapSettings | None = None) -> FeatureMaps:
    """All channels (C, h, w) of one stage; a ViT's tokens are laid out on their grid."""
    settings = settings or MapSettings()
    stage = stage_name(model, settings.stage)
    prepared = model.prepare(photo)
    with captured({stage: model.stages[stage]}) as seen:
        model.embed(model.pixels([prepared]))
    maps = finite_array(model.as_maps(seen[stage])[0], model.card.key)
    region = prepared.placement.region_xyxy()
    return FeatureMaps(provenance_of("feature_maps", model, (photo,), settings), maps, stage, region)


def stage_name(model: FeatureModel, wanted: str) -> str:
    """`wanted`, or the card's `cam_stage` for ""; ValueError for a stage that the model lacks."""
    stage = wanted or model.card.facts["cam_stage"]
    if stage not in model.stages:
        raise ValueError(f"expected one of the stages {list(model.stages)}, got {stage}")
    return stage
