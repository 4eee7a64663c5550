"""What does a person point at? Points, labels and a box in photo pixels, checked before they cost anything."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from vizcore.errors import PromptInvalid
from vizcore.photo import Note
from vizcore.preprocessing.geometry import Placement
from vizcore.results import FloatArray
from vizcore.zoo.prompting import PromptBatch

Point = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Prompts:
    """Hints at one object, in photo pixels: points with a label each (1 = part of it, 0 = not), and at most one box."""

    points_xy: tuple[Point, ...] = ()
    labels: tuple[int, ...] = ()
    box_xyxy: Box | None = None

    def __post_init__(self) -> None:
        if len(self.points_xy) != len(self.labels):
            raise ValueError(f"expected a label for each of {len(self.points_xy)} points, got {len(self.labels)}")

    @property
    def single_click(self) -> bool:
        """Whether it is one point alone, so that the person may mean a part, an object or a group."""
        return len(self.points_xy) == 1 and self.box_xyxy is None


def checked(prompts: Prompts, size_wh: tuple[int, int]) -> tuple[Prompts, tuple[Note, ...]]:
    """The prompts inside a photo of this size, and a note where some were moved to its edge.

    PromptInvalid: missing (nothing is pointed at), not_finite, label (neither 0 nor 1), no_area (of the box, once it is
    inside the photo). The corners of a box may be given in any order.
    """
    if not prompts.points_xy and prompts.box_xyxy is None:
        raise PromptInvalid(reason="missing")
    numbers = [value for point in prompts.points_xy for value in point] + list(prompts.box_xyxy or ())
    if not all(math.isfinite(value) for value in numbers):
        raise PromptInvalid(reason="not_finite")
    if not set(prompts.labels) <= {0, 1}:
        raise PromptInvalid(reason="label")
    points = tuple(_inside(point, size_wh) for point in prompts.points_xy)
    moved = sum(before != after for before, after in zip(prompts.points_xy, points, strict=True))
    box = prompts.box_xyxy
    if box is not None:
        box, box_moved = inside_box(box, size_wh)
        moved += box_moved
    notes = (Note("prompts_clamped", {"count": moved}),) if moved else ()
    return Prompts(points, prompts.labels, box), notes


def inside_box(box: Box, size_wh: tuple[int, int]) -> tuple[Box, bool]:
    """The part of a box inside the photo, corners in order, and whether some lay outside. PromptInvalid: no_area."""
    (left, right), (top, bottom) = sorted(box[::2]), sorted(box[1::2])
    x0, y0 = _inside((left, top), size_wh)
    x1, y1 = _inside((right, bottom), size_wh)
    if x0 >= x1 or y0 >= y1:
        raise PromptInvalid(reason="no_area")
    return (x0, y0, x1, y1), (x0, y0, x1, y1) != (left, top, right, bottom)


def as_batch(prompts: Prompts, placement: Placement, previous: FloatArray | None, *, several: bool) -> PromptBatch:
    """One set of prompts in the model's pixels."""
    points = placement.to_model(np.array(prompts.points_xy, float))[None] if prompts.points_xy else None
    labels = np.array(prompts.labels, np.int32)[None] if prompts.points_xy else None
    box = None if prompts.box_xyxy is None else boxes_to_model(np.array([prompts.box_xyxy], float), placement)
    return PromptBatch(points, labels, box, previous, several)


def boxes_to_model(boxes_xyxy: FloatArray, placement: Placement) -> FloatArray:
    """Boxes (B, 4) in photo pixels -> in model pixels."""
    return placement.to_model(boxes_xyxy.reshape(-1, 2, 2)).reshape(-1, 4)


def _inside(point: Point, size_wh: tuple[int, int]) -> Point:
    return min(max(point[0], 0.0), float(size_wh[0])), min(max(point[1], 0.0), float(size_wh[1]))
