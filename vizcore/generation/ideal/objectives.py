"""What exactly is climbed? Each objective maps a reading and a target to one number per picture (B,)."""

from __future__ import annotations

from collections.abc import Callable

import torch

from vizcore.errors import SettingOutOfRange
from vizcore.features.maps import stage_name
from vizcore.generation.ideal.reading import Reading
from vizcore.generation.ideal.settings import Kind, Target
from vizcore.zoo.protocols import FeatureModel

Objective = Callable[[FeatureModel, Reading, Target], torch.Tensor]


def class_logit(model: FeatureModel, reading: Reading, target: Target) -> torch.Tensor:
    """The logit, not the softmax: a softmax also rises when all other classes fall (Simonyan et al. 2014)."""
    if reading.logits is None:
        raise ValueError("expected a reading with logits, got one without")
    return reading.logits[:, target.index]


def channel(model: FeatureModel, reading: Reading, target: Target) -> torch.Tensor:
    """Mean of one channel over the whole map."""
    return _channel(model, reading, target).mean(dim=(1, 2))


def unit(model: FeatureModel, reading: Reading, target: Target) -> torch.Tensor:
    """One channel at one place."""
    maps = _channel(model, reading, target)
    height, width = maps.shape[1:]
    return maps[:, min(int(target.row * height), height - 1), min(int(target.column * width), width - 1)]


def whole_stage(model: FeatureModel, reading: Reading, target: Target) -> torch.Tensor:
    """Mean square of all channels: whatever the stage sees, more of it (DeepDream, Mordvintsev et al. 2015)."""
    return reading.maps[stage_name(model, target.stage)].square().mean(dim=(1, 2, 3))


OBJECTIVES: dict[Kind, Objective] = {"class": class_logit, "channel": channel, "unit": unit, "stage": whole_stage}


def log_odds(logits: torch.Tensor, index: int) -> torch.Tensor:
    """(B,): log(p / (1 - p)) of one class, which goes on rising where p itself is nearly 1."""
    others = logits.index_fill(1, torch.tensor([index], device=logits.device), -torch.inf)
    return logits[:, index] - others.logsumexp(1)


def _channel(model: FeatureModel, reading: Reading, target: Target) -> torch.Tensor:
    """(B, h, w). Errors: SettingOutOfRange for a channel that the stage lacks."""
    maps = reading.maps[stage_name(model, target.stage)]
    if target.index >= maps.shape[1]:
        raise SettingOutOfRange(setting="index", least=0, most=maps.shape[1] - 1, actual=target.index)
    return maps[:, target.index]
