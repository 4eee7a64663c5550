"""What do tracks say about the objects: how many were there, how long in a zone, how fast?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vizcore.metrics.tracking.tables import TrackTable
from vizcore.results import FloatArray


@dataclass(frozen=True)
class ObjectMeasures:
    """One track. first, last: frames; boxes: in how many of them it has one; in_zone_s: seconds with its foot in the
    zone; entries: how often it came in; speed_px_s: median speed of its centre, NaN with a single box; length_px: of
    its way."""

    identity: int
    first: int
    last: int
    boxes: int
    in_zone_s: float
    entries: int
    speed_px_s: float
    length_px: float


def measure_tracks(table: TrackTable, fps: float, zone_xyxy: tuple[float, float, float, float]) -> list[ObjectMeasures]:
    """One row for each id, ascending. A foot is the middle of a box's lower edge; it is inside up to and with the
    zone's edges. Between two boxes an object is taken to move evenly."""
    return [_measures(table.at(table.ids == who), int(who), fps, zone_xyxy) for who in np.unique(table.ids)]


def trajectory(table: TrackTable, identity: int) -> FloatArray:
    """(k, 2): the foot of each of its boxes, in the order of the frames."""
    boxes = table.boxes_xyxy[table.ids == identity]
    return np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]], axis=1)


def _measures(track: TrackTable, who: int, fps: float, zone: tuple[float, float, float, float]) -> ObjectMeasures:
    boxes = track.boxes_xyxy
    feet = trajectory(track, who)
    frames = np.arange(track.frames[0], track.frames[-1] + 1)
    x, y = (np.interp(frames, track.frames, feet[:, axis]) for axis in (0, 1))
    inside = (x >= zone[0]) & (x <= zone[2]) & (y >= zone[1]) & (y <= zone[3])
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    steps = np.hypot(*np.diff(centres, axis=0).T)
    seconds = np.diff(track.frames) / fps
    return ObjectMeasures(
        identity=who,
        first=int(track.frames[0]),
        last=int(track.frames[-1]),
        boxes=len(track),
        in_zone_s=float(inside.sum() / fps),
        entries=int(inside[0]) + int((inside[1:] & ~inside[:-1]).sum()),
        speed_px_s=float(np.median(steps / seconds)) if len(steps) else float("nan"),
        length_px=float(steps.sum()),
    )


def class_of_track(table: TrackTable, identity: int) -> int:
    """What most of the track's boxes are called, the first class among equals; -1 where none has a class."""
    kinds = table.classes[(table.ids == identity) & (table.classes >= 0)]
    return int(np.bincount(kinds).argmax()) if len(kinds) else -1
