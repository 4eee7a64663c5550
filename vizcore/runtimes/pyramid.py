"""What does each level of a detector's feature pyramid see, and which objects does it find?

P_l = Conv(Up(P_{l+1}) + Conv1x1(C_l)) (Lin et al. 2017); YOLO's neck joins by concatenation where FPN adds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from vizcore.detection.candidates import ProposeSettings, propose
from vizcore.detection.choosing import ChoiceSettings, choose
from vizcore.errors import ModelCannot
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, Result
from vizcore.zoo.hooks import captured

STRIDES = (8, 16, 32)


@dataclass(frozen=True)
class PyramidSettings:
    """score: least score of a candidate that counts."""

    score: float = 0.05


@dataclass(frozen=True, eq=False)
class Level:
    """stride in model pixels. size_hw, channels: of its map. energy (h, w): mean absolute activation.

    candidates: boxes with the least score. side_px: their mean side in the photo, NaN for none. kept: detections.
    """

    stride: int
    size_hw: tuple[int, int]
    channels: int
    energy: FloatArray
    candidates: int
    side_px: float
    kept: int


@dataclass(frozen=True, eq=False)
class Pyramid(Result):
    """The levels, the finest first; region_xyxy: the part of the photo that the maps cover."""

    levels: tuple[Level, ...]
    region_xyxy: tuple[float, float, float, float]


def pyramid(model: Any, photo: Photo, settings: PyramidSettings | None = None) -> Pyramid:
    """Maps that the head reads, and where its candidates come from. ModelCannot for models without such a head."""
    chosen = settings or PyramidSettings()
    sources = getattr(getattr(model, "head", None), "f", None)
    if sources is None or len(sources) != len(STRIDES):
        raise ModelCannot(model=model.card.key, ability="pyramid")
    layers = {str(stride): model.module.model[place] for stride, place in zip(STRIDES, sources, strict=True)}
    prepared = model.prepare(photo)
    with captured(layers) as seen, torch.inference_mode():
        model.scored_boxes(model.pixels([prepared]))
    maps = [seen[str(stride)][0].float().cpu().numpy() for stride in STRIDES]
    candidates = propose(model, photo, ProposeSettings(floor=chosen.score))
    kept = choose(candidates, ChoiceSettings())
    edges = np.cumsum([0, *(each.shape[1] * each.shape[2] for each in maps)])
    levels = []
    for place, (stride, values) in enumerate(zip(STRIDES, maps, strict=True)):
        here = (candidates.origin >= edges[place]) & (candidates.origin < edges[place + 1])
        sides = np.sqrt(np.prod(candidates.boxes_xyxy[here, 2:] - candidates.boxes_xyxy[here, :2], axis=1))
        final = (kept.origin >= edges[place]) & (kept.origin < edges[place + 1])
        size = (int(values.shape[1]), int(values.shape[2]))
        mean_side = float(sides.mean()) if here.any() else float("nan")
        energy = np.abs(values).mean(axis=0)
        levels.append(Level(stride, size, len(values), energy, int(here.sum()), mean_side, int(final.sum())))
    region = prepared.placement.region_xyxy()
    return Pyramid(provenance_of("pyramid", model, photo, chosen), tuple(levels), region)
