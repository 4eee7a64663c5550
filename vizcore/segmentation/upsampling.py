"""From a decoder's small logits to the photo: which part of them is picture, and one enlargement to its pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vizcore.results import FloatArray
from vizcore.zoo.prompting import EncodedPhoto

STABILITY_OFFSET = 1.0
LARGE_PIXELS = 2_000_000  # from here on a mask is made row by row: its logits would be 8 MB and more


def enlarged(logits: torch.Tensor, encoded: EncodedPhoto) -> torch.Tensor:
    """(..., h, w) over the model's canvas -> (..., H, W) of the photo, bilinear.

    SAM enlarges twice, to its input and from there to the photo; one step with both scales gives the same up to the
    second interpolation's smoothing, and never makes 1024 x 1024 numbers.
    """
    height, width = encoded.placement.photo_hw
    scale_y, scale_x = _logits_per_pixel(logits, encoded)
    flat = logits.flatten(0, -3)[None]  # the padding beyond the photo's edge is never reached, but for its first cell
    large = torch.ops.aten.upsample_bilinear2d(flat, [height, width], False, 1 / scale_y, 1 / scale_x)
    return large[0].unflatten(0, logits.shape[:-2])  # type: ignore[no-any-return]


def masks_of(logits: torch.Tensor, encoded: EncodedPhoto) -> NDArray[np.bool_]:
    """(n, h, w) -> (n, H, W): where the enlarged logits are above 0."""
    height, width = encoded.placement.photo_hw
    masks = np.empty((len(logits), height, width), bool)
    for mask, each in zip(masks, logits, strict=True):
        if height * width < LARGE_PIXELS:
            mask[:] = (enlarged(each[None], encoded)[0] > 0).cpu().numpy()
        else:
            _draw_by_rows(mask, each.float().cpu().numpy(), _logits_per_pixel(each, encoded))
    return masks


def _draw_by_rows(mask: NDArray[np.bool_], logits: FloatArray, steps_yx: tuple[float, float]) -> None:
    """The same bilinear enlargement without its numbers: between two rows of logits (h, w) that are inside or outside
    alike, all pixels are; only the columns that change sides are worked out."""
    left, right, across = _between(mask.shape[1], logits.shape[1], steps_yx[1])
    upper, lower, down = _between(mask.shape[0], logits.shape[0], steps_yx[0])
    wide = logits[:, left] * (1 - across) + logits[:, right] * across  # (h, W)
    inside = wide > 0
    starts = np.flatnonzero(np.diff(upper, prepend=-1)).tolist()
    for start, end in zip(starts, [*starts[1:], len(mask)], strict=True):
        above, below = upper[start], lower[start]
        mask[start:end] = inside[above]
        columns = np.flatnonzero(inside[above] != inside[below])
        if len(columns):
            share = down[start:end, None]
            mask[start:end, columns] = wide[above, columns] * (1 - share) + wide[below, columns] * share > 0


def _between(pixels: int, cells: int, step: float) -> tuple[NDArray[np.intp], NDArray[np.intp], FloatArray]:
    """For each pixel the two cells around its centre and the share of the second, as PyTorch's bilinear has them."""
    places = np.maximum((np.arange(pixels) + 0.5) * step - 0.5, 0)
    first = np.minimum(places.astype(np.intp), cells - 1)
    return first, np.minimum(first + 1, cells - 1), (places - first).astype(np.float32)


def picture_part(logits: torch.Tensor, encoded: EncodedPhoto) -> torch.Tensor:
    """The logits (..., h', w') that lie on the photo, without the canvas' padding."""
    rows, columns = (
        max(1, math.ceil(inner * cells / outer - 1e-6))
        for inner, outer, cells in zip(encoded.placement.model_hw, encoded.canvas_hw, logits.shape[-2:], strict=True)
    )
    return logits[..., :rows, :columns]


def stability(logits: torch.Tensor, offset: float = STABILITY_OFFSET) -> torch.Tensor:
    """(..., h, w) -> (...): IoU of the mask at a threshold of +offset with the one at -offset; 0 where both are empty.

    Near 1: the border is steep, the mask hardly depends on the threshold (Segment Anything, appendix B).
    """
    inner, outer = _cells_above(logits, offset)
    return inner / outer.clamp(min=1)


@dataclass(frozen=True)
class StabilityWorking:
    """One mask's stability = inner / outer: cells of its logits above +offset and above -offset, of rows x columns."""

    inner: int
    outer: int
    rows: int
    columns: int

    @property
    def stability(self) -> float:
        return self.inner / max(self.outer, 1)


def stability_working(
    logits: NDArray[Any], encoded: EncodedPhoto, offset: float = STABILITY_OFFSET
) -> StabilityWorking:
    """What `stability` divides, for the decoder's logits (h', w') of one mask, padding left out."""
    on_photo = picture_part(torch.from_numpy(np.array(logits)), encoded)
    inner, outer = (int(each) for each in _cells_above(on_photo, offset))
    return StabilityWorking(inner, outer, int(on_photo.shape[0]), int(on_photo.shape[1]))


def _cells_above(logits: torch.Tensor, offset: float) -> tuple[torch.Tensor, torch.Tensor]:
    return (logits > offset).flatten(-2).sum(-1), (logits > -offset).flatten(-2).sum(-1)


def _logits_per_pixel(logits: torch.Tensor, encoded: EncodedPhoto) -> tuple[float, float]:
    """Cells of the logits for each pixel of the photo, down and across."""
    scale_x, scale_y = encoded.placement.scale_xy
    rows, columns = logits.shape[-2:]
    return scale_y * rows / encoded.canvas_hw[0], scale_x * columns / encoded.canvas_hw[1]
