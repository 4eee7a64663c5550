"""Which 8-bit picture stands for an attack's float picture, without exceeding the budget?

Every number shown is measured on that picture, because it is the one that can be saved and uploaded again.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from vizcore.generation.attacks.norms import NormName

RgbArray = NDArray[np.uint8]


def as_rgb(pixels: torch.Tensor) -> RgbArray:
    """(3, S, S) in [0, 1] -> (S, S, 3) uint8, rounded to the nearest grey level."""
    return (pixels.detach().permute(1, 2, 0).clamp(0, 1) * 255).round().to(torch.uint8).cpu().numpy()


def as_pixels(rgb: RgbArray | Sequence[RgbArray], device: str | torch.device = "cpu") -> torch.Tensor:
    """(S, S, 3) uint8, or B of them -> (B, 3, S, S) float32 in [0, 1].

    Laid out in memory as `FeatureModel.pixels` does it: another layout would change the last digits of an answer.
    """
    pictures = [rgb] if isinstance(rgb, np.ndarray) else rgb
    batch = torch.stack([torch.from_numpy(each.copy()) for each in pictures]).to(device)
    return batch.permute(0, 3, 1, 2).float() / 255


def on_the_grid(clean: RgbArray, pixels: torch.Tensor, norm: NormName, radius: float | None) -> RgbArray:
    """The 8-bit picture nearest to `pixels` (3, S, S) whose distance to `clean` keeps the radius (None: no budget).

    Linf: no value moves by more than floor(255 radius) levels. L2: where rounding up made the change longer than the
    radius, the values that rounding moved furthest go back by one level until it fits.
    """
    moved: NDArray[np.float64] = pixels.detach().permute(1, 2, 0).double().cpu().numpy()
    wanted = moved * 255 - clean
    rounded = np.rint(wanted).astype(np.int64)
    if radius is not None and norm == "linf":
        levels = whole_levels(radius)
        rounded = rounded.clip(-levels, levels)
    elif radius is not None:
        rounded = _shortened(rounded, wanted, 255 * radius)
    return (clean.astype(np.int64) + rounded).clip(0, 255).astype(np.uint8)


def whole_levels(radius: float) -> int:
    """How many of the 255 grey levels fit into the radius: 8 for 8/255, 0 for 0.9/255."""
    return int(np.floor(radius * 255 + 1e-6))


def _shortened(rounded: NDArray[np.int64], wanted: NDArray[np.float64], limit: float) -> NDArray[np.int64]:
    """`rounded` with as few values as possible moved one level towards 0, so that its Euclidean length fits."""
    excess = int(np.square(rounded).sum()) - limit**2
    if excess <= 0:
        return rounded
    gain = np.abs(rounded) - np.abs(wanted)  # above 0 where rounding made the change larger
    order = np.argsort(-gain, axis=None, kind="stable")[: np.count_nonzero(gain > 0)]
    saved = np.cumsum(2 * np.abs(rounded.ravel()[order]) - 1)
    count = int(np.searchsorted(saved, excess)) + 1
    shorter = rounded.ravel().copy()
    shorter[order[:count]] -= np.sign(shorter[order[:count]])
    return shorter.reshape(rounded.shape)
