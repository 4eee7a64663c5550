"""What did a segmenter answer for an object? Its candidates in little memory, and the one that counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vizcore.prompting.objects import PromptedObject
from vizcore.results import FloatArray, Provenance

if TYPE_CHECKING:
    from vizcore.segmentation import Masks
    from vizcore.segmentation.rle import Rle
    from vizcore.zoo.prompting import EncodedPhoto


@dataclass(frozen=True, eq=False)
class Found:
    """Candidates for one object, best first, as run lengths: a visitor's objects fit into little memory."""

    rles: tuple[Rle, ...]
    predicted_iou: FloatArray
    stability: FloatArray
    boxes_xyxy: FloatArray
    areas: NDArray[np.integer[Any]]
    logits: FloatArray
    provenance: Provenance

    @property
    def nbytes(self) -> int:
        """What keeping it costs."""
        return int(self.logits.nbytes) + sum(int(each.counts.nbytes) for each in self.rles)


@dataclass(frozen=True, eq=False)
class Answered:
    """One object with its candidates; `rank` is the one that counts."""

    asked: PromptedObject
    found: Found

    @property
    def rank(self) -> int:
        return min(self.asked.chosen or 0, len(self.found.rles) - 1)

    @property
    def rle(self) -> Rle:
        return self.found.rles[self.rank]

    @property
    def mask(self) -> NDArray[np.bool_]:
        return self.rle.decode()

    @property
    def area(self) -> int:
        return int(self.found.areas[self.rank])

    def logits_on(self, encoded: EncodedPhoto) -> NDArray[np.floating[Any]]:
        """(H, W): the decoder's logits enlarged to the photo; of a mask from a file, 1 inside and -1 outside."""
        if self.asked.from_file:
            return np.where(self.mask, np.float32(1), np.float32(-1))
        import torch

        from vizcore.segmentation.upsampling import enlarged

        small = torch.from_numpy(np.array(self.found.logits[self.rank]))[None]
        large: NDArray[np.floating[Any]] = enlarged(small, encoded)[0].numpy()
        return large


def packed(masks: Masks) -> Found:
    """The same in little memory."""
    rles = tuple(masks.rle(place) for place in range(len(masks)))
    numbers = (masks.predicted_iou, masks.stability, masks.boxes_xyxy, masks.areas)
    return Found(rles, *numbers, masks.low_res_logits, masks.provenance)


def of_given(rle: Rle) -> Found:
    """The mask of a file as its only candidate; nobody estimated its quality."""
    unknown = np.array([np.nan])
    box, area = np.array([rle.box_xyxy()], np.float64), np.array([rle.area])
    return Found((rle,), unknown, unknown, box, area, np.zeros((1, 1, 1), np.float32), Provenance(operation="file"))
