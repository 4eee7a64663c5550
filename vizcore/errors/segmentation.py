"""What can be wrong with prompts and with files of masks?"""

from __future__ import annotations

from typing import Literal

from vizcore.errors.base import VizError

SegmentationFileReason = Literal["json", "format", "rle", "outside", "outline", "size", "many"]


class MaskSizesDiffer(VizError):
    """Two masks to be compared are not of one size."""

    code = "mask_sizes_differ"
    width: int
    height: int
    other_width: int
    other_height: int


class PromptInvalid(VizError):
    """Prompts that point at nothing."""

    code = "prompt_invalid"
    reason: Literal["missing", "not_finite", "label", "no_area"]


class SegmentationFileInvalid(VizError):
    """A file of masks or prompts that cannot be taken over."""

    code = "segmentation_file_invalid"
    file: str
    format: str
    reason: SegmentationFileReason  # size: it is not stated; many: objects
    entry: int  # the line or annotation at fault, from 1; 0 for none


class PictureUnclear(VizError):
    """A file about several pictures, and several may be meant."""

    code = "picture_unclear"
    file: str
    count: int
    pictures: list[str]  # names


class SegmentationSizeDiffers(VizError):
    """A file of masks or prompts of another photo."""

    code = "segmentation_size_differs"
    file: str
    width: int
    height: int
    mask_width: int
    mask_height: int
