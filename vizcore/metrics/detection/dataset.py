"""What is measured against what: the true boxes of a set of pictures, and the boxes that a detector found in them.

Boxes are kept as COCO writes them, x, y, width, height in pixels, so that a number read from a file is never rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from vizcore.results import FloatArray, expect_shape

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class BoxTable:
    """n boxes of a set of pictures. images (n,): rows of `Pictures`; boxes_xywh (n, 4) in pixels; classes (n,): rows of
    the class names."""

    images: IntArray
    boxes_xywh: FloatArray
    classes: IntArray

    def __post_init__(self) -> None:
        for each in fields(self):
            array = np.ascontiguousarray(getattr(self, each.name))
            expect_shape(each.name, array, (len(self.images), 4) if each.name == "boxes_xywh" else (len(self.images),))
            object.__setattr__(self, each.name, array)
        if not np.isfinite(self.boxes_xywh).all():
            raise ValueError("expected finite boxes")

    def __len__(self) -> int:
        return len(self.images)

    @property
    def boxes_xyxy(self) -> FloatArray:
        """(n, 4) edges in pixels."""
        edges: FloatArray = np.concatenate([self.boxes_xywh[:, :2], self.boxes_xywh[:, :2] + self.boxes_xywh[:, 2:]], 1)
        return edges

    def at(self, rows: Any) -> Self:
        """The table of these rows (indices or a mask), in their order."""
        return replace(self, **{each.name: getattr(self, each.name)[rows] for each in fields(self)})


@dataclass(frozen=True, eq=False)
class TruthBoxes(BoxTable):
    """areas (n,) in square pixels: of the object, which may be less than its box's. crowd (n,): a region of many
    objects that may be found any number of times. difficult (n,): left out of the VOC counts; COCO's evaluator knows
    crowds only.
    """

    areas: FloatArray
    crowd: BoolArray
    difficult: BoolArray


@dataclass(frozen=True, eq=False)
class FoundBoxes(BoxTable):
    """scores (n,): any finite numbers; only their order counts, except where a page speaks of probabilities."""

    scores: FloatArray


@dataclass(frozen=True, eq=False)
class Pictures:
    """The pictures of a set: ids as the files write them, ascending; sizes_wh (p, 2) in pixels, 0 where unknown."""

    ids: tuple[int | str, ...]
    sizes_wh: IntArray
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, eq=False)
class DetectionData:
    """A set of pictures, its truth, and what one detector found. class_ids: as the files write them.

    left_out: detections of classes that the truth does not know, which COCO's evaluator passes over as well.
    """

    pictures: Pictures
    class_names: tuple[str, ...]
    class_ids: tuple[int, ...]
    truth: TruthBoxes
    found: FoundBoxes
    left_out: int = 0

    def __post_init__(self) -> None:
        for table in (self.truth, self.found):
            for name, count in (("images", len(self.pictures)), ("classes", len(self.class_names))):
                rows = getattr(table, name)
                if len(rows) and not 0 <= int(rows.min()) <= int(rows.max()) < count:
                    raise ValueError(f"expected {name} below {count}, got {rows.min()}..{rows.max()}")

    @property
    def outside(self) -> int:
        """Boxes of both tables that share nothing with their picture, as far as its size is known; they count all the
        same, as in COCO's evaluator, but hardly anybody means them."""
        return sum(int(_outside(table, self.pictures.sizes_wh).sum()) for table in (self.truth, self.found))

    def with_found(self, found: FoundBoxes) -> DetectionData:
        """The same truth with other detections."""
        return replace(self, found=found)

    @property
    def fullest_picture(self) -> int:
        """The row of the picture with the most true boxes, the first one among equals and where there are none."""
        return int(np.bincount(self.truth.images, minlength=1).argmax())

    def of_classes(self, names: Sequence[str]) -> DetectionData:
        """The truth of these classes alone, in the order of `names`, and no detections."""
        rows = np.array([names.index(name) if name in names else -1 for name in self.class_names])
        truth = self.truth.at(rows[self.truth.classes] >= 0)
        truth = replace(truth, classes=rows[truth.classes])
        numbers = tuple(range(1, len(names) + 1))
        return DetectionData(self.pictures, tuple(names), numbers, truth, self.found.at(slice(0, 0)))

    def of_pictures(self, rows: IntArray) -> DetectionData:
        """The same set with the boxes of these pictures only; the pictures keep their places."""
        keep = np.zeros(len(self.pictures), bool)
        keep[rows] = True
        return replace(self, truth=self.truth.at(keep[self.truth.images]), found=self.found.at(keep[self.found.images]))


def _outside(table: BoxTable, sizes_wh: IntArray) -> BoolArray:
    sizes = sizes_wh[table.images]  # (n, 2)
    low, high = table.boxes_xywh[:, :2], table.boxes_xywh[:, :2] + table.boxes_xywh[:, 2:]
    beyond = ((low >= sizes) | (high <= 0)).any(axis=1) & (sizes > 0).all(axis=1)
    return np.asarray(beyond)


def truth_boxes(
    images: Any, boxes_xywh: Any, classes: Any, *, areas: Any = None, crowd: Any = None, difficult: Any = None
) -> TruthBoxes:
    """A table from any sequences; areas: the boxes' own where none are given; nothing is a crowd or difficult."""
    boxes = np.asarray(boxes_xywh, dtype=np.float64).reshape(-1, 4)
    return TruthBoxes(
        _integers(images),
        boxes,
        _integers(classes),
        boxes[:, 2] * boxes[:, 3] if areas is None else np.asarray(areas, dtype=np.float64),
        np.zeros(len(boxes), bool) if crowd is None else np.asarray(crowd, dtype=bool),
        np.zeros(len(boxes), bool) if difficult is None else np.asarray(difficult, dtype=bool),
    )


def found_boxes(images: Any, boxes_xywh: Any, classes: Any, scores: Any) -> FoundBoxes:
    """A table from any sequences."""
    boxes = np.asarray(boxes_xywh, dtype=np.float64).reshape(-1, 4)
    return FoundBoxes(_integers(images), boxes, _integers(classes), np.asarray(scores, dtype=np.float64))


def numbered_pictures(sizes_wh: Any, names: tuple[str, ...] | None = None) -> Pictures:
    """Pictures with the ids 1, 2, 3 ..."""
    sizes = np.asarray(sizes_wh, dtype=np.int64).reshape(-1, 2)
    ids = tuple(range(1, len(sizes) + 1))
    return Pictures(ids, sizes, names or tuple(str(each) for each in ids))


def _integers(values: Any) -> IntArray:
    return np.asarray(values, dtype=np.int64).reshape(-1)
