"""Where and how does a printed patch lie on a picture? Random places, sizes, turns and light, differentiably."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch.nn.functional import affine_grid, grid_sample


@dataclass(frozen=True)
class PlacementRange:
    """side_share: the patch's side as a share of the picture's, times a factor in `scale`. degrees: either way.

    light: largest relative change of brightness.
    """

    side_share: float = 0.4
    scale: tuple[float, float] = (0.8, 1.2)
    degrees: float = 20.0
    light: float = 0.15


@dataclass(frozen=True, eq=False)
class Places:
    """For each of B pictures: the affine map (B, 2, 3) from the picture's [-1, 1] square to the patch's, and light."""

    maps: torch.Tensor
    light: torch.Tensor


def random_places(count: int, allowed: PlacementRange, generator: torch.Generator) -> Places:
    """`count` places; the patch's middle is drawn so that the untilted patch lies inside the picture."""
    low, high = allowed.scale
    side = allowed.side_share * (low + (high - low) * torch.rand(count, generator=generator))
    side = side.clamp(0.02, 1.0)
    angle = torch.deg2rad((torch.rand(count, generator=generator) * 2 - 1) * allowed.degrees)
    middle = (torch.rand((count, 2), generator=generator) * 2 - 1) * (1 - side)[:, None]
    light = 1 + (torch.rand(count, generator=generator) * 2 - 1) * allowed.light
    turn = torch.stack([angle.cos(), angle.sin(), -angle.sin(), angle.cos()], 1).view(-1, 2, 2) / side.view(-1, 1, 1)
    shift = -(turn @ middle[:, :, None])  # (B, 2, 1)
    return Places(torch.cat([turn, shift], 2), light.view(-1, 1, 1, 1))


def laid_on(pictures: torch.Tensor, patch: torch.Tensor, mask: torch.Tensor, places: Places) -> torch.Tensor:
    """pictures (B, 3, H, W) and patch (3, P, P) in [0, 1], mask (P, P) -> pictures with the patch, differentiable."""
    grid = affine_grid(places.maps.to(pictures), list(pictures.shape), align_corners=False)
    layers = torch.cat([patch * mask, mask[None].to(patch)]).expand(len(pictures), -1, -1, -1)  # (B, 4, P, P)
    sampled = grid_sample(layers, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    colour, cover = sampled[:, :3], sampled[:, 3:]
    lit = torch.minimum(colour * places.light.to(pictures), cover)  # `colour` is the patch's, times its cover
    return pictures * (1 - cover) + lit


def disc(side: int) -> torch.Tensor:
    """(side, side): 1 inside the circle that touches the edges, else 0."""
    line = (torch.arange(side) + 0.5) / side * 2 - 1
    return ((line[:, None] ** 2 + line[None, :] ** 2) <= 1).float()
