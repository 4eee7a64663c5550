"""What a promptable segmenter is given and what it gives back, whichever library it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vizcore.preprocessing.geometry import Placement
from vizcore.results import FloatArray

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, eq=False)
class EncodedPhoto:
    """What the expensive half of a segmenter keeps of a photo.

    features: arrays on the CPU, in the model's own order. placement: photo pixels -> model pixels. canvas_hw: size in
    model pixels of what the low-resolution logits cover, padding at the right and at the bottom included.
    """

    features: tuple[NDArray[Any], ...]
    placement: Placement
    canvas_hw: tuple[int, int]


@dataclass(frozen=True, eq=False)
class EncodingStep:
    """`done` of `total` parts of the encoder have run; the last step brings what they made."""

    done: int
    total: int
    encoded: EncodedPhoto | None = None


@dataclass(frozen=True, eq=False)
class PromptBatch:
    """B sets of prompts on one photo, in model pixels.

    points_xy (B, N, 2) with labels (B, N): 1 = part of the object, 0 = not. boxes_xyxy (B, 4). previous (h, w):
    low-resolution logits of an earlier answer, for all sets. several: three candidates for each set instead of one.
    """

    points_xy: FloatArray | None = None
    labels: NDArray[np.integer[Any]] | None = None
    boxes_xyxy: FloatArray | None = None
    previous: FloatArray | None = None
    several: bool = True

    def __len__(self) -> int:
        given = self.boxes_xyxy if self.points_xy is None else self.points_xy
        return 0 if given is None else len(given)


@dataclass(frozen=True, eq=False)
class Decoded:
    """logits (B, M, h, w) over the canvas, positive = object, and predicted_iou (B, M); NaN without one."""

    logits: torch.Tensor
    predicted_iou: torch.Tensor


@dataclass(frozen=True, eq=False)
class CarriedMask:
    """What a video model says of one frame. place: of the frame, from 0. logits (h, w) over the whole of it, positive =
    object; far below 0 everywhere where the object is not seen."""

    place: int
    logits: torch.Tensor
    predicted_iou: float
