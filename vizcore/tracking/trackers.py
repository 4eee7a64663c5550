"""Which detection is which object? Trackers of the `trackers` library, all asked in one way.

A tracker predicts where each of its tracks will be, gives the new boxes to the predictions that they overlap most, and
opens a track for what is left. What it has not confirmed yet has no id and is left out.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vizcore.errors import LibraryMissing
from vizcore.i18n import N_
from vizcore.metrics.tracking.tables import IntArray, TrackTable, track_table
from vizcore.results import BoxSet, FloatArray

LIMITS = {"activation": (0.05, 1.0), "min_iou": (0.0, 0.9), "lost_frames": (0, 60), "confirm": (1, 10)}


@dataclass(frozen=True)
class FrameBoxes:
    """What a detector says about one frame: boxes (n, 4) xyxy in pixels, scores (n,), classes (n,)."""

    boxes_xyxy: FloatArray
    scores: FloatArray
    classes: IntArray


@dataclass(frozen=True)
class TrackerSettings:
    """activation: least score that may open a track. min_iou: least overlap of a box with a track's prediction.
    lost_frames: how long a track without a box is kept. confirm: boxes in a row until a track has an id."""

    tracker: str = "bytetrack"
    activation: float = 0.3
    min_iou: float = 0.2
    lost_frames: int = 10
    confirm: int = 2

    def __post_init__(self) -> None:
        for name, (low, high) in LIMITS.items():
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"expected {name} from {low} to {high}, got {getattr(self, name)}")
        if self.tracker not in TRACKERS:
            raise ValueError(f"expected a tracker of {list(TRACKERS)}, got {self.tracker}")


@dataclass(frozen=True)
class TrackerKind:
    """title, paper: proper names. idea: one sentence. make: the library's object for these settings."""

    title: str
    paper: str
    idea: str
    make: Callable[[Any, TrackerSettings], Any]


def _sort(library: Any, settings: TrackerSettings) -> Any:
    return library.SORTTracker(
        lost_track_buffer=settings.lost_frames,
        track_activation_threshold=settings.activation,
        minimum_consecutive_frames=settings.confirm,
        minimum_iou_threshold=settings.min_iou,
    )


def _bytetrack(library: Any, settings: TrackerSettings) -> Any:
    return library.ByteTrackTracker(
        lost_track_buffer=settings.lost_frames,
        track_activation_threshold=settings.activation,
        minimum_consecutive_frames=settings.confirm,
        minimum_iou_threshold=settings.min_iou,
        high_conf_det_threshold=settings.activation,
    )


def _ocsort(library: Any, settings: TrackerSettings) -> Any:
    return library.OCSORTTracker(
        lost_track_buffer=settings.lost_frames,
        minimum_consecutive_frames=settings.confirm,
        minimum_iou_threshold=settings.min_iou,
        high_conf_det_threshold=settings.activation,
    )


TRACKERS: dict[str, TrackerKind] = {
    "bytetrack": TrackerKind(
        "ByteTrack", "Zhang et al. 2022",
        N_("First the sure boxes, then the doubtful ones for the tracks that are left: fewer breaks at occlusions."),
        _bytetrack,
    ),
    "sort": TrackerKind(
        "SORT", "Bewley et al. 2016", N_("A Kalman filter and one assignment by overlap: the plain case."), _sort
    ),
    "ocsort": TrackerKind(
        "OC-SORT", "Cao et al. 2023",
        N_("Corrects the Kalman filter by what was seen, and prefers boxes in the track's direction."),
        _ocsort,
    ),
}  # fmt: skip


def boxes_of(found: BoxSet) -> FrameBoxes:
    """A detector's answer as a tracker takes it."""
    return FrameBoxes(
        found.boxes_xyxy.astype(np.float64), found.scores.astype(np.float64), found.class_ids.astype(np.int64)
    )


def follow(frames: Sequence[FrameBoxes], settings: TrackerSettings) -> TrackTable:
    """The tracks in these frames, ids from 1. Boxes are the detector's own; classes too. LibraryMissing without
    the library."""
    library, supervision = _libraries()
    tracker = TRACKERS[settings.tracker].make(library, settings)
    parts: list[tuple[IntArray, IntArray, FloatArray, FloatArray, IntArray]] = []
    for number, frame in enumerate(frames, 1):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answer = tracker.update(_as_supervision(supervision, frame))
        ids = np.asarray(answer.tracker_id, dtype=np.int64).reshape(-1)
        named = ids >= 0
        if named.any():
            numbers = np.full(int(named.sum()), number)
            classes = np.asarray(answer.class_id, dtype=np.int64)[named]
            parts.append((numbers, ids[named] + 1, answer.xyxy[named], answer.confidence[named], classes))
    if not parts:
        return track_table([], [], [])
    columns = [np.concatenate(each) for each in zip(*parts, strict=True)]
    return track_table(columns[0], columns[1], columns[2], scores=columns[3], classes=columns[4])


def _as_supervision(supervision: Any, frame: FrameBoxes) -> Any:
    return supervision.Detections(xyxy=frame.boxes_xyxy.reshape(-1, 4), confidence=frame.scores, class_id=frame.classes)


def _libraries() -> tuple[Any, Any]:
    """Imported on use: together they take over a second."""
    try:
        import supervision
        import trackers
    except ImportError as problem:
        raise LibraryMissing(library=problem.name or "trackers", model="tracking") from None
    return trackers, supervision
