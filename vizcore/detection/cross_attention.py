"""Where do a DETR's decoder layers read the picture? Their attention or sampling points, kept while a block runs."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn


@dataclass(frozen=True)
class Sampling:
    """One deformable layer: locations (B, Q, heads, P, 2) as shares of the picture, weights (B, Q, heads, P), and how
    many of the P points read each level."""

    locations: torch.Tensor
    weights: torch.Tensor
    points: tuple[int, ...]


def deformable_layers(module: nn.Module) -> list[nn.Module]:
    """The layers whose queries read features at a few places they choose (Zhu et al. 2021), first layer first."""
    return [each for each in module.modules() if hasattr(each, "sampling_offsets") and hasattr(each, "n_levels")]


def cross_attention_layers(module: nn.Module) -> list[nn.Module]:
    """The layers in which DETR's queries look at every place of the encoder's grid, first decoder layer first."""
    return [each for name, each in module.named_modules() if name.endswith(".encoder_attn")]


@contextmanager
def second_output_kept(layers: list[nn.Module]) -> Iterator[list[torch.Tensor]]:
    """What each of these layers gives beside its answer (its attention), in the order of their calls.

    transformers' own `output_attentions` would leave its hooks in the model for good.
    """
    seen: list[torch.Tensor] = []
    with ExitStack() as stack:
        for layer in layers:
            keep = layer.register_forward_hook(lambda module, args, output: seen.append(output[1]))
            stack.callback(keep.remove)
        yield seen


@contextmanager
def sampling_kept(layers: list[nn.Module]) -> Iterator[list[Sampling]]:
    """Where each of these layers read, in the order of their calls; the layers stay as they were."""
    seen: list[Sampling] = []
    offsets: dict[int, torch.Tensor] = {}

    def keep_offsets(layer: nn.Module, key: int) -> Any:
        return layer.register_forward_hook(lambda module, args, output: offsets.__setitem__(key, output))

    def keep(layer: Any, args: Any, kwargs: Any, output: Any) -> None:
        given = inspect.signature(layer.forward).bind(*args, **kwargs).arguments
        seen.append(_sampling(layer, offsets[id(layer)], given["reference_points"], output[1]))

    with ExitStack() as stack:
        for layer in layers:
            linear: Any = layer.sampling_offsets
            stack.callback(keep_offsets(linear, id(layer)).remove)
            stack.callback(layer.register_forward_hook(keep, with_kwargs=True).remove)
        yield seen


def _sampling(layer: Any, offsets: torch.Tensor, reference: torch.Tensor, weights: torch.Tensor) -> Sampling:
    """A point lies at the reference box's centre plus its offset, in halves of the box's size over the points' number.

    The step is that of RT-DETR v2, D-FINE and RF-DETR alike; `offset_scale` is 0.5 where a layer does not say.
    """
    points = _points_by_level(layer)
    batch, queries = offsets.shape[:2]
    moves = offsets.view(batch, queries, layer.n_heads, sum(points), 2)
    share = torch.tensor([1 / n for n in points for _ in range(n)], device=offsets.device)[:, None]
    box = reference[:, :, None, :1]  # (B, Q, 1, 1, 4): the same at every level
    locations = box[..., :2] + moves * share * box[..., 2:] * float(getattr(layer, "offset_scale", 0.5))
    return Sampling(locations, weights.reshape(batch, queries, layer.n_heads, sum(points)), points)


def _points_by_level(layer: Any) -> tuple[int, ...]:
    for name in ("n_points_list", "num_points_list"):
        if hasattr(layer, name):
            return tuple(getattr(layer, name))
    return (int(layer.n_points),) * int(layer.n_levels)
