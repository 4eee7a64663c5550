"""What segmenters answer: a photo's embedding, candidates for one object, or many objects at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.preprocessing.geometry import Placement
from vizcore.results import SCHEMA, FloatArray, Result, expect_shape, to_plain
from vizcore.segmentation.rle import Rle, encode
from vizcore.zoo.prompting import EncodedPhoto

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class ImageEmbedding(Result):
    """What a segmenter keeps of one photo; handed to `segment` in the place of the photo.

    features: read-only float arrays of the encoder. placement: photo pixels -> model pixels. canvas_hw: model pixels
    that the logits cover. sha256: the photo's, so that answers about the embedding are answers about the photo.
    """

    features: tuple[NDArray[Any], ...]
    placement: Placement
    canvas_hw: tuple[int, int]
    sha256: str

    def validate(self) -> None:
        for each in self.features:
            each.flags.writeable = False
        if not self.sha256:
            raise ValueError("expected the sha256 of the photo, got none")

    @property
    def size_wh(self) -> tuple[int, int]:
        """Width and height of the photo."""
        height, width = self.placement.photo_hw
        return width, height

    @property
    def encoded(self) -> EncodedPhoto:
        """The same as its segmenter takes it."""
        return EncodedPhoto(self.features, self.placement, self.canvas_hw)

    def to_json(self) -> dict[str, Any]:
        """Shapes instead of megabytes of numbers: the embedding can be made again from the provenance."""
        shapes = [list(each.shape) for each in self.features]
        known = {"shapes": shapes, "size_wh": list(self.size_wh), "provenance": to_plain(self.provenance)}
        return {"schema": SCHEMA, "kind": type(self).__name__, **known}


@dataclass(frozen=True, eq=False)
class Masks(Result):
    """Masks (n, H, W) of one photo, best first where they are candidates for one object.

    predicted_iou, stability (n,): NaN where the segmenter gives none. boxes_xyxy (n, 4): tight, in pixel edges, zeros
    for an empty mask. areas (n,): pixels. low_res_logits (n, h, w): what the segmenter may be given as `previous`.
    """

    masks: Mask
    predicted_iou: FloatArray
    stability: FloatArray
    boxes_xyxy: FloatArray
    areas: NDArray[np.integer[Any]]
    low_res_logits: FloatArray

    def validate(self) -> None:
        count = len(self.masks)
        expect_shape("masks", self.masks, (count, None, None))
        expect_shape("boxes_xyxy", self.boxes_xyxy, (count, 4))
        expect_shape("low_res_logits", self.low_res_logits, (count, None, None))
        for name in ("predicted_iou", "stability", "areas"):
            expect_shape(name, getattr(self, name), (count,))
        if self.masks.dtype != np.bool_:
            raise ValueError(f"expected bool masks, got {self.masks.dtype}")

    def __len__(self) -> int:
        return len(self.masks)

    @property
    def size_wh(self) -> tuple[int, int]:
        """Width and height of the photo."""
        return int(self.masks.shape[2]), int(self.masks.shape[1])

    def mask(self, place: int) -> Mask:
        """(H, W) of one of them."""
        chosen: Mask = self.masks[place]
        return chosen

    def rle(self, place: int) -> Rle:
        """Run lengths of one of them."""
        return encode(self.masks[place])

    def best(self) -> Masks:
        """Only the first one."""
        return self.chosen([0])

    def chosen(self, places: Sequence[int]) -> Masks:
        """Only these, in this order."""
        names = ("masks", "predicted_iou", "stability", "boxes_xyxy", "areas", "low_res_logits")
        return replace(self, **{name: getattr(self, name)[list(places)] for name in names})

    def to_json(self) -> dict[str, Any]:
        """Masks as COCO RLE instead of pixels; without the low-resolution logits."""
        return masks_json(self, [self.rle(place) for place in range(len(self))])


@dataclass(frozen=True, eq=False)
class MaskSet(Result):
    """Many objects of one photo as run lengths, since hundreds of masks of a large photo fill the memory.

    rles: n run lengths. predicted_iou, stability (n,), boxes_xyxy (n, 4), areas (n,) as in `Masks`; points_xy (n, 2):
    the click that made each, in photo pixels. size_wh of the photo. Best predicted IoU first.
    """

    rles: tuple[Rle, ...]
    predicted_iou: FloatArray
    stability: FloatArray
    boxes_xyxy: FloatArray
    areas: NDArray[np.integer[Any]]
    points_xy: FloatArray
    size_wh: tuple[int, int]

    def validate(self) -> None:
        count = len(self.rles)
        expect_shape("boxes_xyxy", self.boxes_xyxy, (count, 4))
        expect_shape("points_xy", self.points_xy, (count, 2))
        for name in ("predicted_iou", "stability", "areas"):
            expect_shape(name, getattr(self, name), (count,))
        if any(each.size_hw != self.size_wh[::-1] for each in self.rles):
            raise ValueError(f"expected masks of {self.size_wh[::-1]}")

    def __len__(self) -> int:
        return len(self.rles)

    def mask(self, place: int) -> Mask:
        """(H, W) of one of them."""
        return self.rles[place].decode()

    def rle(self, place: int) -> Rle:
        """Run lengths of one of them."""
        return self.rles[place]

    def to_json(self) -> dict[str, Any]:
        """Masks as COCO RLE."""
        return masks_json(self, self.rles)


def masks_json(found: Masks | MaskSet, rles: Sequence[Rle]) -> dict[str, Any]:
    """schema, kind, provenance, size_wh, masks: [{segmentation, predicted_iou, stability, area, box_xyxy}]."""
    numbers = zip(rles, found.predicted_iou, found.stability, found.areas, found.boxes_xyxy, strict=True)
    masks = [
        {
            "segmentation": rle.to_coco(),
            "predicted_iou": to_plain(quality),
            "stability": to_plain(stability),
            "area": int(area),
            "box_xyxy": to_plain(box),
        }
        for rle, quality, stability, area, box in numbers
    ]
    known = {"provenance": to_plain(found.provenance), "size_wh": list(found.size_wh)}
    return {"schema": SCHEMA, "kind": type(found).__name__, **known, "masks": masks}
