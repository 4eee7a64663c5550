"""In which direction must the pixels move? Gradients with respect to the input only; weights never get one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from vizcore.errors import InvalidOutput
from vizcore.zoo.protocols import FeatureModel

Loss = Callable[[torch.Tensor], torch.Tensor]


@contextmanager
def recording() -> Iterator[None]:
    """Gradients are recorded inside, also where they were switched off. Never held across an operation's `yield`."""
    with torch.enable_grad():
        yield


@torch.no_grad()
def answers(model: FeatureModel, pixels: torch.Tensor) -> torch.Tensor:
    """Logits (B, classes) of pixels (B, 3, S, S), without a graph. Errors: ModelCannot, InvalidOutput for NaN."""
    logits = model.logits(pixels)
    if not torch.isfinite(logits).all():
        raise InvalidOutput(model=model.card.key)
    return logits


def loss_and_gradient(
    model: FeatureModel, pixels: torch.Tensor, loss: Loss
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """(logits (B, classes), loss (B,), d loss / d pixels (B, 3, S, S)), detached; `loss` maps logits to (B,).

    Each picture's gradient is its own, whatever shares the batch. Errors: InvalidOutput for NaN or infinity.
    """
    with recording():
        leaf = pixels.detach().clone().requires_grad_(True)
        logits = model.logits(leaf)
        values = loss(logits)
        (gradient,) = torch.autograd.grad(values.sum(), leaf)
    if not (torch.isfinite(values).all() and torch.isfinite(gradient).all()):
        raise InvalidOutput(model=model.card.key)
    return logits.detach(), values.detach(), gradient
