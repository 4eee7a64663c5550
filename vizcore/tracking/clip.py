"""A sequence of pictures and, where somebody knows it, who is where in each of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vizcore.metrics.tracking.tables import TrackTable
from vizcore.photo import Note, Photo
from vizcore.segmentation.rle import Rle


@dataclass(frozen=True, eq=False)
class ClipTruth:
    """table: boxes of the whole objects, hidden parts too, inside the picture. class_names: what `table.classes` are
    places in. masks: the visible pixels of each row, run lengths; empty where nobody knows them."""

    table: TrackTable
    class_names: tuple[str, ...]
    masks: tuple[Rle, ...] = ()

    def __post_init__(self) -> None:
        if self.masks and len(self.masks) != len(self.table):
            raise ValueError(f"expected {len(self.table)} masks or none, got {len(self.masks)}")

    def class_of(self, identity: int) -> int:
        """Place of the object's class in `class_names`."""
        return int(self.table.classes[self.table.ids == identity][0])

    def labels(self) -> dict[int, str]:
        """What each object is, by its identity."""
        return {who: self.class_names[self.class_of(who)] for who in np.unique(self.table.ids).tolist()}


@dataclass(frozen=True, eq=False)
class Clip:
    """frames: at least one, all of one size. fps: frames a second of what is here, after any were left out.

    settings: what made it, for its provenance. notes: what reading did to it.
    """

    frames: tuple[Photo, ...]
    fps: float
    name: str
    truth: ClipTruth | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    sha256: str = ""

    def __post_init__(self) -> None:
        sizes = {(frame.width, frame.height) for frame in self.frames}
        if len(sizes) != 1 or self.fps <= 0:
            raise ValueError(f"expected frames of one size and fps > 0, got {sizes}, {self.fps}")
        together = "".join(frame.sha256 for frame in self.frames)
        object.__setattr__(self, "sha256", self.sha256 or hashlib.sha256(together.encode()).hexdigest())

    def __len__(self) -> int:
        return len(self.frames)

    @property
    def size_wh(self) -> tuple[int, int]:
        return self.frames[0].width, self.frames[0].height

    @property
    def seconds(self) -> float:
        return len(self.frames) / self.fps
