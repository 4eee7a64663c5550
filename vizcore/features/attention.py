"""Which patches does a ViT look at?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch

from vizcore.features.finite import finite_array
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import Heatmap
from vizcore.zoo.protocols import FeatureModel

Fusion = Literal["mean", "max", "min"]


@dataclass(frozen=True)
class RolloutSettings:
    """fusion: how heads become one. discard: share of the weakest links to cut in each layer, in [0, 1)."""

    fusion: Fusion = "mean"
    discard: float = 0.0


def rollout(attentions: list[torch.Tensor], fusion: Fusion = "mean", discard: float = 0.0) -> torch.Tensor:
    """Attention rollout (Abnar and Zuidema 2020): attentions of each layer (heads, N, N) -> (N, N), rows sum to 1.

    Each layer counts as half attention, half residual connection; layers are multiplied from the first to the last.
    Cutting the `discard` weakest links (never a row's strongest) and max or min fusion are additions of the
    vit-explain project; rows are made to sum to 1 again after both.
    """
    if not attentions:
        raise ValueError("expected the attention of at least one layer, got none")
    if not 0 <= discard < 1:
        raise ValueError(f"expected discard in [0, 1), got {discard}")
    tokens = attentions[0].shape[-1]
    total = torch.eye(tokens, dtype=torch.float64)
    for layer in attentions:
        fused = _fuse(layer.double().cpu(), fusion)
        kept = _discard_weakest(fused, discard)
        kept = kept / kept.sum(-1, keepdim=True)
        total = (0.5 * kept + 0.5 * torch.eye(tokens, dtype=torch.float64)) @ total
    return total


def _fuse(layer: torch.Tensor, fusion: Fusion) -> torch.Tensor:
    fused = {"mean": layer.mean(0), "max": layer.amax(0), "min": layer.amin(0)}[fusion]
    return fused.clamp_min(torch.finfo(torch.float64).tiny)


def _discard_weakest(links: torch.Tensor, share: float) -> torch.Tensor:
    """Zero for the weakest `share` of all links of a layer, but for each row's strongest one."""
    count = int(links.numel() * share)
    if not count:
        return links
    keep = torch.ones_like(links, dtype=torch.bool)
    keep.view(-1)[links.reshape(-1).argsort()[:count]] = False
    keep.scatter_(1, links.argmax(1, keepdim=True), True)
    return torch.where(keep, links, 0.0)


@torch.inference_mode()
def attention_rollout(model: FeatureModel, photo: Photo, settings: RolloutSettings | None = None) -> Heatmap:
    """What [CLS] draws from each patch, over the part of the photo that the model sees.

    Errors: ModelCannot for a model without global attention, InvalidOutput for NaN.
    """
    settings = settings or RolloutSettings()
    prepared = model.prepare(photo)
    layers = [layer[0] for layer in model.attentions(model.pixels([prepared]))]
    row = rollout(layers, settings.fusion, settings.discard)[0, model.prefix_tokens :]
    side = round(len(row) ** 0.5)
    grid = finite_array(row.reshape(side, side), model.card.key)
    floor, peak = float(grid.min()), float(grid.max())
    return Heatmap(
        provenance_of("attention_rollout", model, (photo,), settings),
        grid=(grid - floor) / (peak - floor) if peak > floor else 0 * grid,
        region_xyxy=prepared.placement.region_xyxy(),
        method="attention-rollout",
        layer=f"layers 1-{len(layers)}",
        target="",
        peak=peak,
        floor=floor,
    )
