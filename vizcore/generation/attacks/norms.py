"""How is the size of a change measured, and how is a change kept within its budget?

All pictures are (B, 3, S, S) in [0, 1]; radii and steps are in the same unit (8/255, not 8).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch

NormName = Literal["linf", "l2"]
TINY = 1e-10


@dataclass(frozen=True)
class Norm:
    """direction: a gradient as a step of length 1. project: a change back into the ball. random: a change inside it."""

    direction: Callable[[torch.Tensor], torch.Tensor]
    project: Callable[[torch.Tensor, float], torch.Tensor]
    random: Callable[[torch.Size, float, torch.Generator], torch.Tensor]


def euclidean(change: torch.Tensor) -> torch.Tensor:
    """(B, 1, 1, 1): the L2 length of each picture's change."""
    length: torch.Tensor = torch.linalg.vector_norm(change, dim=(1, 2, 3), keepdim=True)
    return length


def _within_sphere(change: torch.Tensor, radius: float) -> torch.Tensor:
    return change * (radius / euclidean(change).clamp_min(TINY)).clamp_max(1.0)


def _random_cube(shape: torch.Size, radius: float, generator: torch.Generator) -> torch.Tensor:
    return (torch.rand(shape, generator=generator) * 2 - 1) * radius


def _random_sphere(shape: torch.Size, radius: float, generator: torch.Generator) -> torch.Tensor:
    """A random direction, at a uniformly random share of the radius."""
    noise = torch.randn(shape, generator=generator)
    share = torch.rand((shape[0], 1, 1, 1), generator=generator)
    return noise / euclidean(noise).clamp_min(TINY) * share * radius


NORMS: dict[NormName, Norm] = {
    "linf": Norm(torch.sign, lambda change, radius: change.clamp(-radius, radius), _random_cube),
    "l2": Norm(lambda gradient: gradient / (euclidean(gradient) + TINY), _within_sphere, _random_sphere),
}


def kept_within(clean: torch.Tensor, moved: torch.Tensor, norm: NormName, radius: float) -> torch.Tensor:
    """`moved`, with its change inside the ball around `clean` and its values in [0, 1]."""
    return (clean + NORMS[norm].project(moved - clean, radius)).clamp(0, 1)
