"""One object that was cut out, and masks as plain pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.errors import SegmentationSizeDiffers
from vizcore.pictures import encode_png
from vizcore.segmentation.prompts import Prompts
from vizcore.segmentation.results import Mask
from vizcore.segmentation.rle import Rle


@dataclass(frozen=True)
class SegmentedObject:
    """A mask with a name, what the segmenter said of it (NaN where it said nothing) and the prompts that give it again.

    chosen: the candidate taken by hand, by its rank, if one was.
    """

    name: str
    rle: Rle
    predicted_iou: float = math.nan
    stability: float = math.nan
    prompts: Prompts | None = None
    chosen: int | None = None


def mask_png(mask: Mask) -> bytes:
    """PNG with 255 inside and 0 outside."""
    return encode_png(mask_pixels(mask))


def mask_pixels(mask: Mask) -> NDArray[np.uint8]:
    """(H, W): 255 inside and 0 outside."""
    return np.where(mask, np.uint8(255), np.uint8(0))


def expect_size(found_wh: tuple[int, int], size_wh: tuple[int, int], file: str) -> None:
    """SegmentationSizeDiffers with both sizes where they differ."""
    if tuple(found_wh) != tuple(size_wh):
        raise SegmentationSizeDiffers(
            file=file,
            mask_width=found_wh[0],
            mask_height=found_wh[1],
            width=size_wh[0],
            height=size_wh[1],
        )
