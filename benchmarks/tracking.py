"""What does an evaluation of tracks cost beside py-motmetrics, for 1,000 frames with 20 objects?

Ours counts CLEAR, Identity and HOTA and keeps what it counted from; the peer counts CLEAR and Identity. Both are given
the same tables of boxes.
"""

from __future__ import annotations

import motmetrics
import numpy as np

from benchmarks.measurement import Measurement
from benchmarks.ratio import compare
from vizcore.metrics.tracking.report import evaluate_tracking
from vizcore.metrics.tracking.tables import TrackingData, track_table, tracking_data

FRAMES, OBJECTS = 1_000, 20
NAMES = ["num_switches", "num_misses", "num_false_positives", "mota", "motp", "idf1"]


def main() -> list[Measurement]:
    data = _sequence()
    return [
        compare(
            "tracking.1000x20",
            lambda: evaluate_tracking(data, rules="motmetrics").scores.numbers(),
            lambda: _peer(data),
            rounds=3,
            target=0.5,
            equal=_same,
            peer_name="py-motmetrics",
        )
    ]


def _sequence() -> TrackingData:
    """Objects that bounce about a picture; a tracker that jitters, misses one box in ten and changes ids."""
    draws = np.random.default_rng(0)
    start, speed = draws.uniform(0, 900, (OBJECTS, 2)), draws.normal(0, 5, (OBJECTS, 2))
    steps = start + speed * np.arange(FRAMES)[:, None, None]  # (frames, objects, 2)
    corner = 900 - np.abs(steps % 1800 - 900)
    boxes = np.concatenate([corner, corner + 60], axis=2)
    frames = np.repeat(np.arange(1, FRAMES + 1), OBJECTS)
    ids = np.tile(np.arange(1, OBJECTS + 1), FRAMES)
    names = ids + OBJECTS * (np.cumsum(draws.random((FRAMES, OBJECTS)) < 0.01, axis=0).reshape(-1))
    kept = draws.random(len(frames)) < 0.9
    moved = boxes.reshape(-1, 4) + np.tile(draws.normal(0, 4, (len(frames), 2)), 2)
    found = track_table(frames[kept], names[kept], moved[kept])
    return tracking_data(track_table(frames, ids, boxes.reshape(-1, 4)), found)


def _peer(data: TrackingData) -> dict[str, float]:
    accumulator = motmetrics.MOTAccumulator(auto_id=False)
    truth, found = data.truth, data.found
    starts = np.searchsorted(truth.frames, np.arange(1, FRAMES + 2))
    others = np.searchsorted(found.frames, np.arange(1, FRAMES + 2))
    for frame in range(FRAMES):
        at, of = slice(*starts[frame : frame + 2]), slice(*others[frame : frame + 2])
        iou = _iou(truth.boxes_xyxy[at], found.boxes_xyxy[of])
        accumulator.update(truth.ids[at], found.ids[of], np.where(iou >= 0.5, 1 - iou, np.nan), frameid=frame)
    summary = motmetrics.metrics.create().compute(accumulator, metrics=NAMES)
    return {name: float(summary[name].iloc[0]) for name in NAMES}


def _iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    low, high = np.maximum(a[:, None, :2], b[None, :, :2]), np.minimum(a[:, None, 2:], b[None, :, 2:])
    both = np.prod(np.clip(high - low, 0, None), axis=2)
    areas = [np.prod(each[:, 2:] - each[:, :2], axis=1) for each in (a, b)]
    return np.asarray(both / (areas[0][:, None] + areas[1][None, :] - both))


def _same(ours: dict[str, float], peer: dict[str, float]) -> bool:
    mine = [ours[name] for name in ("id_switches", "fn", "fp", "mota", "motp", "idf1")]
    theirs = [peer[name] for name in NAMES]
    theirs[4] = 1 - theirs[4]
    return bool(np.allclose(mine, theirs, rtol=0, atol=1e-9))
