"""Random sequences of tracks with every fault that a tracker makes, and what two other programs say about them."""

from __future__ import annotations

from typing import Any

import motmetrics
import numpy as np
from trackeval.metrics import CLEAR, HOTA, Identity

from vizcore.metrics.tracking.tables import TrackingData, track_table, tracking_data

QUIET = {"PRINT_CONFIG": False}


def random_sequence(seed: int, *, frames: int = 30, objects: int = 6) -> TrackingData:
    """Objects that walk, cross, come and go; tracks with jitter, misses, false alarms, exchanged and new ids."""
    draws = np.random.default_rng([4, seed])
    truth: list[tuple[int, int, Any]] = []
    found: list[tuple[int, int, Any]] = []
    place = draws.uniform(0, 120, (objects, 2))
    speed = draws.normal(0, 4, (objects, 2))
    names = draws.permutation(objects) + 10
    for frame in range(1, frames + 1):
        place = place + speed
        used: set[int] = set()
        for who in range(objects):
            if draws.random() < 0.12:
                continue
            box = np.r_[place[who], place[who] + np.array([30, 40])]
            truth.append((frame, who + 1, box))
            if draws.random() < 0.06:
                names[who] = draws.integers(10, 10 + 2 * objects)
            if draws.random() < 0.85 and int(names[who]) not in used:
                used.add(int(names[who]))
                found.append((frame, int(names[who]), box + np.tile(draws.normal(0, 5, 2), 2)))
        if draws.random() < 0.3:
            corner = draws.uniform(0, 120, 2)
            found.append((frame, 90 + int(draws.integers(3)), np.r_[corner, corner + np.array([30, 40])]))
        if draws.random() < 0.06:
            found = [row for row in found if row[0] != frame]
    return tracking_data(_table(truth), _table(found), frames=frames)


def _table(rows: list[tuple[int, int, Any]]) -> Any:
    return track_table([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])


def trackeval_numbers(data: TrackingData, threshold: float = 0.5) -> dict[str, dict[str, Any]]:
    """HOTA, CLEAR and Identity as TrackEval computes them."""
    truth_ids, truth = np.unique(data.truth.ids, return_inverse=True)
    found_ids, found = np.unique(data.found.ids, return_inverse=True)
    frames = range(1, data.frames + 1)
    content = {
        "num_timesteps": data.frames,
        "gt_ids": [truth[data.truth.frames == frame] for frame in frames],
        "tracker_ids": [found[data.found.frames == frame] for frame in frames],
        "similarity_scores": [
            iou_matrix(*(table.boxes_xyxy[table.frames == frame] for table in (data.truth, data.found)))
            for frame in frames
        ],
        "num_gt_dets": len(data.truth),
        "num_tracker_dets": len(data.found),
        "num_gt_ids": len(truth_ids),
        "num_tracker_ids": len(found_ids),
    }
    config = {**QUIET, "THRESHOLD": threshold}
    return {
        "hota": HOTA(QUIET).eval_sequence(content),
        "clear": CLEAR(config).eval_sequence(content),
        "identity": Identity(config).eval_sequence(content),
    }


def motmetrics_numbers(data: TrackingData, threshold: float = 0.5) -> dict[str, float]:
    """What py-motmetrics counts; distance = 1 - IoU, no match under the threshold."""
    accumulator = accumulated(data, threshold)
    names = ["num_switches", "num_misses", "num_false_positives", "mota", "motp", "idf1", "idtp", "mostly_tracked",
             "mostly_lost", "num_fragmentations"]  # fmt: skip
    summary = motmetrics.metrics.create().compute(accumulator, metrics=names)
    return {name: float(summary[name].iloc[0]) for name in names}


def accumulated(data: TrackingData, threshold: float = 0.5) -> Any:
    accumulator = motmetrics.MOTAccumulator(auto_id=False)
    for frame in range(1, data.frames + 1):
        at, of = data.truth.frames == frame, data.found.frames == frame
        iou = iou_matrix(data.truth.boxes_xyxy[at], data.found.boxes_xyxy[of])
        distance = np.where(iou >= threshold - np.finfo(float).eps, 1 - iou, np.nan)
        accumulator.update(data.truth.ids[at], data.found.ids[of], distance, frameid=frame)
    return accumulator


def iou_matrix(a: Any, b: Any) -> Any:
    """(g, 4), (d, 4) -> (g, d), by a formula of its own."""
    low, high = np.maximum(a[:, None, :2], b[None, :, :2]), np.minimum(a[:, None, 2:], b[None, :, 2:])
    both = np.prod(np.clip(high - low, 0, None), axis=2)
    areas = [np.prod(each[:, 2:] - each[:, :2], axis=1) for each in (a, b)]
    return both / (areas[0][:, None] + areas[1][None, :] - both)
