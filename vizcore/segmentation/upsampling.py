"""From a decoder's small logits to the photo: which part of them is picture, and one enlargement to its pixels."""

from __future__ import annotations

import math

import torch

from vizcore.zoo.prompting import EncodedPhoto

STABILITY_OFFSET = 1.0


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
    inner = (logits > offset).flatten(-2).sum(-1)
    outer = (logits > -offset).flatten(-2).sum(-1)
    return inner / outer.clamp(min=1)


def _logits_per_pixel(logits: torch.Tensor, encoded: EncodedPhoto) -> tuple[float, float]:
    """Cells of the logits for each pixel of the photo, down and across."""
    scale_x, scale_y = encoded.placement.scale_xy
    rows, columns = logits.shape[-2:]
    return scale_y * rows / encoded.canvas_hw[0], scale_x * columns / encoded.canvas_hw[1]
