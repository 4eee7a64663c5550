"""What happened in one frame: every true and every tracked box, what became of it, and by which rule?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from vizcore.metrics.tracking.matching import NOBODY
from vizcore.metrics.tracking.report import TrackingReport
from vizcore.metrics.tracking.tables import IntArray

Outcome = Literal["match", "switch", "miss", "false_alarm"]
Rule = Literal["kept", "assigned", "first", "returned", "no_overlap", "other_class", "below", "taken"]


@dataclass(frozen=True)
class FrameRow:
    """One line of the match table. truth, found: ids, None where there is no such box. iou: of the pair, or, for a box
    without partner, the best that any box of the frame offers.

    rule: kept (the pair of before goes on), assigned (best for the frame), first (the object had no tracker id yet),
    returned (it was matched before, not in the last frame), no_overlap, other_class (what overlaps it is of another
    class), below (the best stays under the threshold), taken (the best belongs to another). before: tracker id when
    last matched.
    """

    outcome: Outcome
    truth: int | None
    found: int | None
    iou: float
    rule: Rule
    before: int | None = None


def frame_rows(report: TrackingReport, frame: int, threshold: float = 0.5) -> list[FrameRow]:
    """Matches and switches first, then misses, then false alarms, each by ascending id. Empty for an empty frame."""
    data, matches = report.data, report.matches
    truth_rows = np.flatnonzero(data.truth.frames == frame)
    found_rows = np.flatnonzero(data.found.frames == frame)
    here = np.flatnonzero(np.isin(matches.truth_rows, truth_rows))
    best_truth, best_found = _best(report, truth_rows, found_rows)
    touched_truth, touched_found = _touched(report, truth_rows, found_rows)
    rows = [_pair(report, int(place)) for place in here]
    missed = sorted(set(truth_rows.tolist()) - set(matches.truth_rows[here].tolist()))
    alarms = sorted(set(found_rows.tolist()) - set(matches.found_rows[here].tolist()))
    lost = [
        FrameRow("miss", int(data.truth.ids[row]), None, best, _why(best, threshold, touched=row in touched_truth))
        for row in missed
        for best in [best_truth[row]]
    ]
    made_up = [
        FrameRow(
            "false_alarm", None, int(data.found.ids[row]), best, _why(best, threshold, touched=row in touched_found)
        )
        for row in alarms
        for best in [best_found[row]]
    ]
    return [
        *sorted(rows, key=lambda row: row.truth or 0),
        *sorted(lost, key=lambda row: row.truth or 0),
        *sorted(made_up, key=lambda row: row.found or 0),
    ]


def _pair(report: TrackingReport, place: int) -> FrameRow:
    matches, ids = report.matches, report.overlaps.found_ids
    before = int(matches.before[place])
    switched = bool(matches.switches[place])
    rule: Rule
    if matches.kept[place]:
        rule = "kept"
    elif before == NOBODY:
        rule = "first"
    else:
        rule = "assigned" if switched else "returned"
    return FrameRow(
        "switch" if switched else "match",
        int(report.data.truth.ids[matches.truth_rows[place]]),
        int(report.data.found.ids[matches.found_rows[place]]),
        float(matches.iou[place]),
        rule,
        None if before == NOBODY else int(ids[before]),
    )


def _best(
    report: TrackingReport, truth_rows: IntArray, found_rows: IntArray
) -> tuple[dict[int, float], dict[int, float]]:
    """The greatest overlap that each box of the frame has with any box of the other side."""
    overlaps = report.overlaps
    best_truth = dict.fromkeys(truth_rows.tolist(), 0.0)
    best_found = dict.fromkeys(found_rows.tolist(), 0.0)
    here = np.isin(overlaps.truth_rows, truth_rows)
    pairs = zip(overlaps.truth_rows[here], overlaps.found_rows[here], overlaps.iou[here], strict=True)
    for truth, found, iou in pairs:
        best_truth[int(truth)] = max(best_truth[int(truth)], float(iou))
        best_found[int(found)] = max(best_found[int(found)], float(iou))
    return best_truth, best_found


def _touched(report: TrackingReport, truth_rows: IntArray, found_rows: IntArray) -> tuple[set[int], set[int]]:
    """The rows of the frame whose box shares some area with one of the other side, whatever the classes."""
    truth, found = report.data.truth.boxes_xyxy[truth_rows, None], report.data.found.boxes_xyxy[None, found_rows]
    sides = np.minimum(truth[..., 2:], found[..., 2:]) - np.maximum(truth[..., :2], found[..., :2])
    meet = np.minimum(sides[..., 0], sides[..., 1]) > 0
    return set(truth_rows[meet.any(axis=1)].tolist()), set(found_rows[meet.any(axis=0)].tolist())


def _why(best: float, threshold: float, *, touched: bool) -> Rule:
    if best == 0:
        return "other_class" if touched else "no_overlap"
    return "below" if best < threshold else "taken"
