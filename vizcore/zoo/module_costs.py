"""How many weights and multiply-adds has each convolution and dense layer of a torch network? No weights are needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class ModuleCost:
    """name: the layer's path in its network. weights: without biases. multiply_adds: for one picture."""

    name: str
    weights: int
    multiply_adds: int


def module_costs(build: Callable[[], nn.Module], side: int, channels: int = 3) -> list[ModuleCost]:
    """In the order of the forward pass, for a square picture of this side; computed on shapes alone (torch's meta)."""
    import torch

    with torch.device("meta"):
        module = build().eval()
        picture = torch.zeros(1, channels, side, side)
    found: list[ModuleCost] = []

    def record(name: str) -> Callable[..., None]:
        def hook(layer: Any, _inputs: Any, output: Any) -> None:
            weight = layer.weight
            places = output.numel() // output.shape[1]
            found.append(ModuleCost(name, weight.numel(), weight.numel() * places))

        return hook

    for name, layer in module.named_modules():
        if isinstance(layer, (torch.nn.Conv2d, torch.nn.Linear)):
            layer.register_forward_hook(record(name))
    with torch.no_grad():
        module(picture)
    return found
