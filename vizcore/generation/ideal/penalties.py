"""What keeps an ideal picture from being noise? Each penalty maps pictures (B, 3, H, W) in [0, 1] to (B,)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch.nn.functional import avg_pool2d, cosine_similarity, pad

Penalty = Callable[[torch.Tensor], torch.Tensor]


def variation_loss(pictures: torch.Tensor) -> torch.Tensor:
    """How much neighbouring pixels differ: mean |difference| across plus mean |difference| down.

    The anisotropic total variation of Rudin, Osher and Fatemi 1992, divided by the number of neighbours so that
    pictures of any size compare; 0 for one colour, 2 for a chessboard of black and white pixels.
    """
    across = (pictures[..., :, 1:] - pictures[..., :, :-1]).abs().mean(dim=(1, 2, 3))
    down = (pictures[..., 1:, :] - pictures[..., :-1, :]).abs().mean(dim=(1, 2, 3))
    return across + down


def distance_from_grey(pictures: torch.Tensor) -> torch.Tensor:
    """L2: mean squared distance from mid-grey, times 4, so that black and white give 1."""
    return 4 * (pictures - 0.5).square().mean(dim=(1, 2, 3))


def absolute_distance_from_grey(pictures: torch.Tensor) -> torch.Tensor:
    """L1: mean distance from mid-grey, times 2, so that black and white give 1. It leaves few pixels away from grey,
    where L2 leaves all of them a little."""
    return 2 * (pictures - 0.5).abs().mean(dim=(1, 2, 3))


def blur_loss(pictures: torch.Tensor) -> torch.Tensor:
    """Root mean square of what a 3 x 3 mean takes away."""
    blurred = avg_pool2d(pad(pictures, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    return ((pictures - blurred).square().mean(dim=(1, 2, 3)) + 1e-12).sqrt()


PENALTIES: dict[str, Penalty] = {
    "variation": variation_loss,
    "l1": absolute_distance_from_grey,
    "l2": distance_from_grey,
    "blur": blur_loss,
}


def likeness(maps: torch.Tensor) -> torch.Tensor:
    """(B,): mean cosine of each picture's Gram matrix with the others', from maps (B, C, h, w); 0 for one picture.

    The diversity term of feature visualisation (Olah et al. 2017): textures that differ have Gram matrices that differ.
    """
    count = len(maps)
    if count == 1:
        return maps.new_zeros(1)
    flat = maps.flatten(2)
    grams = (flat @ flat.transpose(1, 2)).flatten(1)  # (B, C * C)
    cosines = cosine_similarity(grams[:, None], grams[None], dim=2)  # (B, B)
    return (cosines.sum(1) - cosines.diagonal()) / (count - 1)
