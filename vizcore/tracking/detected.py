"""From a detector's candidates to tracks: both halves without a model, so that a moved slider costs milliseconds."""

from __future__ import annotations

from dataclasses import dataclass, field

from vizcore.detection.candidates import CandidatesOfMany, ProposeSettings
from vizcore.detection.choosing import ChoiceSettings, choose
from vizcore.metrics.tracking.tables import TrackTable
from vizcore.tracking.trackers import FrameBoxes, TrackerSettings, boxes_of, follow

FLOOR = 0.1  # least score that any tracker is given
PROPOSE = ProposeSettings(floor=FLOOR, limit=300)


@dataclass(frozen=True)
class TrackSettings:
    """score: least score of a box; iou: of NMS, over all classes, since one object is one track."""

    score: float = 0.15
    iou: float = 0.5
    tracker: TrackerSettings = field(default_factory=TrackerSettings)


def chosen_boxes(candidates: CandidatesOfMany, settings: TrackSettings) -> list[FrameBoxes]:
    """What is left of each frame's candidates."""
    choice = ChoiceSettings(score=settings.score, iou=settings.iou, agnostic=True)
    return [boxes_of(choose(each, choice)) for each in candidates.each]


def tracked(candidates: CandidatesOfMany, settings: TrackSettings) -> TrackTable:
    """The tracks of these candidates. LibraryMissing without the trackers' library."""
    return follow(chosen_boxes(candidates, settings), settings.tracker)
