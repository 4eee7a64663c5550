"""What is measured against what: where the true objects were in each frame, and where a tracker says that they were."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from vizcore.results import FloatArray, expect_shape

IntArray = NDArray[np.int64]
ANY_CLASS = -1


@dataclass(frozen=True, eq=False)
class TrackTable:
    """n boxes over time, by ascending frame. frames (n,): from 1; ids (n,): who it is; boxes_xyxy (n, 4): edges in
    pixels; scores (n,): confidence; classes (n,): -1 means any."""

    frames: IntArray
    ids: IntArray
    boxes_xyxy: FloatArray
    scores: FloatArray
    classes: IntArray

    def __post_init__(self) -> None:
        for each in fields(self):
            shape = (len(self.frames), 4) if each.name == "boxes_xyxy" else (len(self.frames),)
            expect_shape(each.name, getattr(self, each.name), shape)
        if not np.isfinite(self.boxes_xyxy).all():
            raise ValueError("expected finite boxes")
        if len(self.frames) and (int(self.frames[0]) < 1 or (np.diff(self.frames) < 0).any()):
            raise ValueError("expected ascending frames from 1")
        if len(np.unique(np.stack([self.frames, self.ids]), axis=1).T) != len(self.frames):
            raise ValueError("expected every id once in a frame")

    def __len__(self) -> int:
        return len(self.frames)

    def of_any_class(self) -> Self:
        """The same boxes, whatever they are."""
        return replace(self, classes=np.full(len(self), ANY_CLASS))

    def at(self, rows: Any) -> Self:
        """The table of these rows (a mask, or ascending indices)."""
        return replace(self, **{each.name: getattr(self, each.name)[rows] for each in fields(self)})


@dataclass(frozen=True, eq=False)
class TrackingData:
    """frames: how many the sequence has (1 ... frames), those without any object too. left_out: rows of the truth that
    are marked as not to be judged."""

    truth: TrackTable
    found: TrackTable
    frames: int
    left_out: int = 0

    def __post_init__(self) -> None:
        last = max((int(table.frames[-1]) for table in (self.truth, self.found) if len(table)), default=0)
        if last > self.frames:
            raise ValueError(f"expected at least {last} frames, got {self.frames}")

    def with_found(self, found: TrackTable) -> TrackingData:
        """The same truth with other tracks."""
        return replace(self, found=found)


def track_table(frames: Any, ids: Any, boxes_xyxy: Any, *, scores: Any = None, classes: Any = None) -> TrackTable:
    """A table from any sequences, in any order of frames; rows of one frame keep their order. Scores are 1 and classes
    "any" where none are given. ValueError for an id twice in a frame."""
    frame = np.asarray(frames, dtype=np.int64).reshape(-1)
    order = np.argsort(frame, kind="stable")
    count = len(frame)
    score = np.ones(count) if scores is None else np.asarray(scores, dtype=np.float64).reshape(-1)
    kind = np.full(count, ANY_CLASS) if classes is None else np.asarray(classes, dtype=np.int64).reshape(-1)
    return TrackTable(
        frame[order],
        np.asarray(ids, dtype=np.int64).reshape(-1)[order],
        np.asarray(boxes_xyxy, dtype=np.float64).reshape(-1, 4)[order],
        score[order],
        kind[order],
    )


def tracking_data(
    truth: TrackTable, found: TrackTable, *, frames: int | None = None, left_out: int = 0
) -> TrackingData:
    """Both tables; without `frames` the sequence ends with the last frame that either of them names."""
    last = max((int(table.frames[-1]) for table in (truth, found) if len(table)), default=0)
    return TrackingData(truth, found, last if frames is None else frames, left_out)
