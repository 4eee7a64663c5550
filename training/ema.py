"""The exponential average of the weights, which is what ships."""

from __future__ import annotations

import torch
from torch import nn


@torch.no_grad()
def blend(average: nn.Module, model: nn.Module, keep: float) -> None:
    """Moves every averaged tensor (shared ones once) towards the model's; counters are copied."""
    for kept, fresh in zip(average.parameters(), model.parameters(), strict=True):
        kept.lerp_(fresh, 1 - keep)
    for kept, fresh in zip(average.buffers(), model.buffers(), strict=True):
        if kept.is_floating_point():
            kept.lerp_(fresh, 1 - keep)
        else:
            kept.copy_(fresh)
