"""What does torch's autograd say to the same network with the same numbers? A second opinion, written by others."""

from __future__ import annotations

import numpy as np

from vizcore.by_hand.gradient_check import PICTURE, Problem
from vizcore.by_hand.layers import Conv, Flatten, Layer, Parameters, Pool, Relu


def torch_gradients(asked: Problem) -> tuple[Parameters, float]:
    """Gradients of every parameter and of the picture by autograd, and the loss."""
    import torch

    with torch.inference_mode(False), torch.enable_grad():
        tensors = {
            name: torch.from_numpy(np.ascontiguousarray(each)).clone().requires_grad_(True)
            for name, each in asked.tensors.items()
        }
        current = tensors[PICTURE]
        for layer in asked.layers:
            current = _applied(layer, current, tensors)
        loss = torch.nn.functional.cross_entropy(current, torch.from_numpy(asked.labels.astype(np.int64)))
        found = torch.autograd.grad(loss, list(tensors.values()))
    return {name: each.numpy() for name, each in zip(tensors, found, strict=True)}, float(loss.detach())


def _applied(layer: Layer, current, tensors):  # type: ignore[no-untyped-def]
    """One layer in torch. Without types: torch is loaded on use."""
    from torch.nn import functional as nn

    if isinstance(layer, Relu):
        return nn.relu(current)
    if isinstance(layer, Flatten):
        return current.flatten(1)
    if isinstance(layer, Pool):
        pool = nn.max_pool2d if layer.kind == "max" else nn.avg_pool2d
        return pool(current, layer.window.size, layer.window.stride)
    weight, bias = tensors[f"{layer.name}.weight"], tensors[f"{layer.name}.bias"]
    if isinstance(layer, Conv):
        g = layer.geometry
        return nn.conv2d(current, weight, bias, g.stride, g.padding, g.dilation)
    return nn.linear(current, weight, bias)
