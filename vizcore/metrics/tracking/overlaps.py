"""Which true box and which tracked box of one frame overlap, and how much? Everything else is counted from this."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from vizcore.metrics.tracking.tables import ANY_CLASS, IntArray, TrackingData, TrackTable
from vizcore.results import FloatArray

CELLS_AT_ONCE = 2_000_000  # pairs of boxes whose IoU is computed together; 16 MB an array


class FrameOverlap(NamedTuple):
    """One frame: rows of the truth (g,) and of the tracks (d,), places into the ids, and IoU (g, d), 0 for two boxes of
    different classes."""

    frame: int
    truth_rows: IntArray
    found_rows: IntArray
    truth_places: IntArray
    found_places: IntArray
    iou: FloatArray


@dataclass(frozen=True, eq=False)
class Overlaps:
    """Pairs of one frame that overlap at all, p of them, frame by frame: rows of both tables and their IoU.

    truth_ids, found_ids: the distinct ids, ascending; truth_places (n,), found_places (m,): each row's place in them.
    frames (f,): those with any box; truth_starts, found_starts, pair_starts (f + 1,): where each frame's rows begin.
    """

    truth_rows: IntArray
    found_rows: IntArray
    iou: FloatArray
    truth_ids: IntArray
    found_ids: IntArray
    truth_places: IntArray
    found_places: IntArray
    frames: IntArray
    truth_starts: IntArray
    found_starts: IntArray
    pair_starts: IntArray

    def __iter__(self) -> Iterator[FrameOverlap]:
        truth, found, pairs = self.truth_starts.tolist(), self.found_starts.tolist(), self.pair_starts.tolist()
        for place, frame in enumerate(self.frames.tolist()):
            t0, t1, f0, f1 = truth[place], truth[place + 1], found[place], found[place + 1]
            here = slice(pairs[place], pairs[place + 1])
            iou = np.zeros((t1 - t0, f1 - f0))
            iou[self.truth_rows[here] - t0, self.found_rows[here] - f0] = self.iou[here]
            yield FrameOverlap(
                frame, np.arange(t0, t1), np.arange(f0, f1), self.truth_places[t0:t1], self.found_places[f0:f1], iou
            )

    @property
    def truth_counts(self) -> IntArray:
        """Boxes of each true identity."""
        return np.bincount(self.truth_places, minlength=len(self.truth_ids))

    @property
    def found_counts(self) -> IntArray:
        """Boxes of each tracked identity."""
        return np.bincount(self.found_places, minlength=len(self.found_ids))


def overlaps_of(data: TrackingData) -> Overlaps:
    """The overlapping pairs of every frame."""
    frames = np.union1d(data.truth.frames, data.found.frames)
    truth_starts = np.append(np.searchsorted(data.truth.frames, frames), len(data.truth))
    found_starts = np.append(np.searchsorted(data.found.frames, frames), len(data.found))
    cells = np.diff(truth_starts) * np.diff(found_starts)
    parts = [
        _pairs(data.truth, data.found, truth_starts[first : last + 1], found_starts[first : last + 1])
        for first, last in _chunks(cells)
    ]
    none = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    truth_rows, found_rows, iou = (np.concatenate(each) for each in zip(none, *parts, strict=True))
    truth_ids, truth_places = np.unique(data.truth.ids, return_inverse=True)
    found_ids, found_places = np.unique(data.found.ids, return_inverse=True)
    pair_starts = np.append(np.searchsorted(truth_rows, truth_starts[:-1]), len(truth_rows))
    return Overlaps(
        truth_rows, found_rows, iou, truth_ids, found_ids, truth_places, found_places, frames, truth_starts,
        found_starts, pair_starts,
    )  # fmt: skip


def _chunks(cells: IntArray) -> Iterator[tuple[int, int]]:
    """Runs of frames, first and one past the last, of at most CELLS_AT_ONCE pairs each (or one frame)."""
    first, total = 0, 0
    for place, count in enumerate(cells.tolist()):
        if total and total + count > CELLS_AT_ONCE:
            yield first, place
            first, total = place, 0
        total += count
    if len(cells):
        yield first, len(cells)


def _pairs(
    truth: TrackTable, found: TrackTable, truth_starts: IntArray, found_starts: IntArray
) -> tuple[IntArray, IntArray, FloatArray]:
    """Rows and IoU of the overlapping pairs in these frames, by ascending row of the truth."""
    wide = np.repeat(np.diff(found_starts), np.diff(truth_starts))  # partners of each true box
    truth_rows = np.repeat(np.arange(truth_starts[0], truth_starts[-1]), wide)
    first = np.repeat(found_starts[:-1], np.diff(truth_starts))
    found_rows = np.arange(len(truth_rows)) - np.repeat(np.cumsum(wide) - wide - first, wide)
    for axis in (0, 1):  # most pairs are apart from left to right: only the rest is looked at from top to bottom
        meet = _shared_length(truth, found, truth_rows, found_rows, axis) > 0
        truth_rows, found_rows = truth_rows[meet], found_rows[meet]
    kind, other = truth.classes[truth_rows], found.classes[found_rows]
    may = (kind == other) | (kind == ANY_CLASS) | (other == ANY_CLASS)
    truth_rows, found_rows = truth_rows[may], found_rows[may]
    both = _shared_length(truth, found, truth_rows, found_rows, 0) * _shared_length(
        truth, found, truth_rows, found_rows, 1
    )
    return truth_rows, found_rows, both / (_areas(truth)[truth_rows] + _areas(found)[found_rows] - both)


def _shared_length(
    truth: TrackTable, found: TrackTable, truth_rows: IntArray, found_rows: IntArray, axis: int
) -> FloatArray:
    """(p,): what two intervals of the boxes' edges along an axis have in common; not above 0 where nothing."""
    low = np.maximum(truth.boxes_xyxy[:, axis][truth_rows], found.boxes_xyxy[:, axis][found_rows])
    high = np.minimum(truth.boxes_xyxy[:, axis + 2][truth_rows], found.boxes_xyxy[:, axis + 2][found_rows])
    return np.asarray(high - low)


def _areas(table: TrackTable) -> FloatArray:
    sizes = table.boxes_xyxy[:, 2:] - table.boxes_xyxy[:, :2]
    return np.asarray(sizes[:, 0] * sizes[:, 1])
