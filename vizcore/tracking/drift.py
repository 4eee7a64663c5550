"""What do drift alarms say together, and were they right where the truth is known?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vizcore.tracking.carried import Alarm, PropagatedMasks, nearest_anchor

BAD_IOU = 0.5


def area_shares(masks: PropagatedMasks) -> list[float]:
    """Each frame's area as a share of the area in the anchor that it is carried from (1 pixel for an empty one)."""
    anchors = [nearest_anchor(place + 1, masks.anchors) for place in range(len(masks.rles))]
    return [int(masks.areas[place]) / max(int(masks.areas[anchor - 1]), 1) for place, anchor in enumerate(anchors)]


@dataclass(frozen=True)
class AlarmRun:
    """Frames first to last, in a row, with the same alarms."""

    first: int
    last: int
    alarms: tuple[Alarm, ...]


def alarm_runs(alarms: Mapping[int, Sequence[Alarm]]) -> list[AlarmRun]:
    """Alarms by frame -> runs in the order of the frames."""
    runs: list[AlarmRun] = []
    for frame, reasons in sorted(alarms.items()):
        if runs and runs[-1].last == frame - 1 and runs[-1].alarms == tuple(reasons):
            runs[-1] = AlarmRun(runs[-1].first, frame, runs[-1].alarms)
        else:
            runs.append(AlarmRun(frame, frame, tuple(reasons)))
    return runs


@dataclass(frozen=True)
class AlarmQuality:
    """Frames with a true IoU under `BAD_IOU` (bad) and other known ones (good); seen, false: with an alarm."""

    bad: int
    good: int
    seen: int
    false: int


def alarms_against_truth(alarms: Mapping[int, Sequence[Alarm]], true_iou: Sequence[float | None]) -> AlarmQuality:
    """true_iou: of each frame, from the first on, None where the object is not there."""
    bad = {place + 1 for place, each in enumerate(true_iou) if each is not None and each < BAD_IOU}
    good = {place + 1 for place, each in enumerate(true_iou) if each is not None and each >= BAD_IOU}
    return AlarmQuality(len(bad), len(good), len(alarms.keys() & bad), len(alarms.keys() & good))


def mean_of_known(values: Sequence[float | None]) -> float:
    """Over the frames that have a value; NaN without any."""
    known = [each for each in values if each is not None]
    return sum(known) / len(known) if known else float("nan")
