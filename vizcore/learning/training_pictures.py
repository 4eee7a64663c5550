"""Pictures as a network in training gets them: prepared once, normalised and changed batch by batch; fresh weights."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from vizcore.photo import Photo
from vizcore.preprocessing.recipes import RECIPES
from vizcore.zoo.feature_models import TorchFeatureModel


def prepared_batch(model: TorchFeatureModel, photos: tuple[Photo, ...]) -> torch.Tensor:
    """(n, 3, S, S) uint8 on the CPU."""
    return torch.stack([torch.from_numpy(model.prepare(each).rgb.copy()) for each in photos]).permute(0, 3, 1, 2)


def unit(batch: torch.Tensor) -> torch.Tensor:
    return batch.float() / 255


def normaliser(model: TorchFeatureModel) -> Any:
    """uint8 (B, 3, S, S) on the CPU -> what the network takes, on its device."""
    recipe = RECIPES[model.card.recipe]
    mean = torch.tensor(recipe.mean, device=model.device).view(1, 3, 1, 1)
    deviation = torch.tensor(recipe.deviation, device=model.device).view(1, 3, 1, 1)
    layout = torch.channels_last if model.card.family == "cnn" else torch.contiguous_format

    def normalised(batch: torch.Tensor) -> torch.Tensor:
        return ((unit(batch.to(model.device)) - mean) / deviation).contiguous(memory_format=layout)

    return normalised


def flipped_and_shifted(batch: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """uint8 (B, 3, S, S): each picture mirrored half of the time and shifted by up to S / 32, edges repeated."""
    side = batch.shape[-1]
    reach = max(1, side // 32)
    flips = torch.rand(len(batch), generator=generator) < 0.5
    moves = torch.randint(-reach, reach + 1, (len(batch), 2), generator=generator)
    places = torch.arange(side)
    changed = []
    for picture, flip, (down, right) in zip(batch, flips.tolist(), moves.tolist(), strict=True):
        rows, columns = (places + down).clamp(0, side - 1), (places + right).clamp(0, side - 1)
        changed.append(picture[:, rows][:, :, columns.flip(0) if flip else columns])
    return torch.stack(changed)


def initialised_anew(module: nn.Module) -> nn.Module:
    """The same network with fresh random weights: each layer by its own rule, loose parameters normal with 0.02."""
    for part in module.modules():
        reset = getattr(part, "reset_parameters", None) or getattr(part, "_reset_parameters", None)
        if callable(reset):
            reset()
            continue
        for parameter in part.parameters(recurse=False):
            nn.init.normal_(parameter, std=0.02)
    return module
