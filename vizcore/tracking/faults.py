"""What do the mistakes of detectors and trackers do to the metrics? They are made here on purpose, one dose each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vizcore.metrics.tracking.tables import ANY_CLASS, IntArray, TrackTable, track_table

LIMITS = {"misses": (0.0, 0.9), "false_alarms": (0.0, 3.0), "jitter": (0.0, 0.5), "swaps": (0, 20), "breaks": (0, 20)}


@dataclass(frozen=True)
class Faults:
    """misses: share of boxes left out. false_alarms: boxes a frame that show nothing. jitter: standard deviation of a
    box's place, as a share of its size. swaps: pairs of objects that exchange their ids at some frame; breaks: objects
    that get a new id at some frame."""

    misses: float = 0.0
    false_alarms: float = 0.0
    jitter: float = 0.0
    swaps: int = 0
    breaks: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        for name, (low, high) in LIMITS.items():
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"expected {name} from {low} to {high}, got {getattr(self, name)}")


def with_faults(truth: TrackTable, faults: Faults, size_wh: tuple[int, int], frames: int) -> TrackTable:
    """The truth as a tracker with these faults would write it; without any it is the truth. Each fault has random
    numbers of its own, so that one slider leaves the others' mistakes where they are."""
    ids = _broken(_swapped(truth, faults), truth, faults)
    boxes = truth.boxes_xyxy
    sizes = np.tile(boxes[:, 2:] - boxes[:, :2], 2)  # (n, 4)
    moved = boxes + faults.jitter * sizes * np.tile(_draws(faults, 3).normal(size=(len(boxes), 2)), 2)
    kept = _draws(faults, 1).random(len(boxes)) >= faults.misses
    alarms = _alarms(truth, faults, size_wh, frames, int(ids.max(initial=0)))
    return track_table(
        np.concatenate([truth.frames[kept], alarms.frames]),
        np.concatenate([ids[kept], alarms.ids]),
        np.concatenate([moved[kept], alarms.boxes_xyxy]),
        classes=np.full(int(kept.sum()) + len(alarms), ANY_CLASS),
    )


def _draws(faults: Faults, purpose: int) -> np.random.Generator:
    return np.random.default_rng([faults.seed, 6, purpose])


def _swapped(truth: TrackTable, faults: Faults) -> IntArray:
    """Ids after the swaps: two objects that are both there exchange theirs from that frame on."""
    ids, random = truth.ids.copy(), _draws(faults, 4)
    for _swap in range(faults.swaps):
        frame = int(random.choice(np.unique(truth.frames))) if len(truth) else 0
        there = np.unique(ids[truth.frames == frame])
        if len(there) < 2:
            continue
        one, other = random.choice(there, 2, replace=False)
        later = truth.frames >= frame
        first, second = later & (ids == one), later & (ids == other)
        ids[first], ids[second] = other, one
    return ids


def _broken(ids: IntArray, truth: TrackTable, faults: Faults) -> IntArray:
    """Ids after the breaks: from a frame on an object goes by a new one."""
    new, random = ids.copy(), _draws(faults, 5)
    for _break in range(faults.breaks):
        if not len(truth):
            break
        row = int(random.integers(len(truth)))
        later = (truth.frames >= truth.frames[row]) & (new == new[row])
        new[later] = int(new.max()) + 1
    return new


def _alarms(truth: TrackTable, faults: Faults, size_wh: tuple[int, int], frames: int, last_id: int) -> TrackTable:
    """Boxes of the objects' sizes at places of chance; each lives for one frame under an id of its own."""
    random = _draws(faults, 2)
    count = int(random.poisson(faults.false_alarms * frames)) if len(truth) else 0
    like = truth.boxes_xyxy[random.integers(max(len(truth), 1), size=count)] if count else np.zeros((0, 4))
    sizes = like[:, 2:] - like[:, :2]
    corner = random.random((count, 2)) * np.maximum(np.array(size_wh) - sizes, 1)
    return track_table(
        random.integers(1, frames + 1, size=count), last_id + 1 + np.arange(count), np.hstack([corner, corner + sizes])
    )
