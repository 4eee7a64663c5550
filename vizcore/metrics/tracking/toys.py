"""Small sequences on which every tracking metric can be worked out by hand.

One object that is found perfectly in every frame, whose tracker id changes once, sees MOTA stand still wherever the
change happens, while IDF1 and HOTA fall the more evenly it divides the track.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vizcore.metrics.tracking.tables import TrackingData, TrackTable, track_table, tracking_data
from vizcore.results import FloatArray

SIDE = 40.0  # of a box, in pixels
STEP = 30.0  # from frame to frame


def broken_track(frames: int, break_after: int) -> TrackingData:
    """One object over `frames` frames; id 1 up to frame `break_after`, id 2 from then on (0 or `frames`: no break)."""
    return _perfect([[1] * break_after + [2] * (frames - break_after)])


def swapped_tracks(frames: int, swap_after: int) -> TrackingData:
    """Two objects whose tracker ids are exchanged after frame `swap_after`."""
    rest = frames - swap_after
    return _perfect([[1] * swap_after + [2] * rest, [2] * swap_after + [1] * rest])


def golden_sequence() -> TrackingData:
    """Two objects over six frames: one with an identity switch, one found 2 px beside and missed once, and a false
    alarm. MOTA 0.75, IDF1 2/3, HOTA 0.6369 in TrackEval."""
    size = np.array([0.0, 0.0, 10.0, 10.0])
    moved = [size + np.array([10.0 * t, y, 10.0 * t, y]) for y in (0, 50) for t in range(6)]
    truth = track_table([*range(1, 7), *range(1, 7)], [1] * 6 + [2] * 6, moved)
    beside = [box + np.array([2, 0, 2, 0]) for box in moved[6:11]]
    found = track_table(
        [*range(1, 7), *range(1, 6), 3],
        [1] * 3 + [2] * 3 + [3] * 5 + [4],
        [*moved[:6], *beside, np.array([200.0, 200.0, 210.0, 210.0])],
    )
    return tracking_data(truth, found)


def _perfect(ids: Sequence[Sequence[int]]) -> TrackingData:
    """Objects one above the other, each found exactly, under these tracker ids (object, frame)."""
    boxes = [_box(row, frame) for row, line in enumerate(ids) for frame in range(len(line))]
    frames = [frame + 1 for line in ids for frame in range(len(line))]
    who = [row + 1 for row, line in enumerate(ids) for _ in line]
    return tracking_data(track_table(frames, who, boxes), _table(frames, ids, boxes))


def _table(frames: Sequence[int], ids: Sequence[Sequence[int]], boxes: Sequence[FloatArray]) -> TrackTable:
    return track_table(frames, [each for line in ids for each in line], boxes)


def _box(row: int, frame: int) -> FloatArray:
    left, top = 20 + STEP * frame, 20 + 2 * SIDE * row
    return np.array([left, top, left + SIDE, top + SIDE])
