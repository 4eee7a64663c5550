"""Whose mistake is it, the detector's or the tracker's? The same tracks with one of the two made perfect.

Both are real tracks that are measured anew; no formula stands in for them.
"""

from __future__ import annotations

import numpy as np

from vizcore.metrics.tracking.report import TrackingReport
from vizcore.metrics.tracking.tables import IntArray, TrackTable, track_table


def with_perfect_identities(report: TrackingReport) -> TrackTable:
    """The tracks' own boxes; each matched one bears its object's id, each other one an id of its own."""
    found, matches = report.data.found, report.matches
    ids = _fresh(report, len(found))
    ids[matches.found_rows] = report.data.truth.ids[matches.truth_rows]
    return track_table(found.frames, ids, found.boxes_xyxy, scores=found.scores, classes=found.classes)


def with_perfect_boxes(report: TrackingReport) -> TrackTable:
    """The true boxes, none missing and none made up, under the ids that the tracker gave.

    A box that it missed takes the id that the object had before, or has next; one that another object bears in that
    frame, or that never was, is replaced by an id of the object's own.
    """
    truth, matches = report.data.truth, report.matches
    ids = np.full(len(truth), -1, dtype=np.int64)
    ids[matches.truth_rows] = report.data.found.ids[matches.found_rows]
    own = _fresh(report, len(report.overlaps.truth_ids))
    for place in range(len(own)):
        rows = np.flatnonzero(report.overlaps.truth_places == place)
        ids[rows] = _filled(ids[rows], int(own[place]))
    taken: set[tuple[int, int]] = {(int(truth.frames[row]), int(ids[row])) for row in matches.truth_rows}
    for row in np.setdiff1d(np.arange(len(truth)), matches.truth_rows):
        cell = int(truth.frames[row]), int(ids[row])
        if cell in taken:
            ids[row] = own[report.overlaps.truth_places[row]]
        taken.add((cell[0], int(ids[row])))
    return track_table(truth.frames, ids, truth.boxes_xyxy, classes=truth.classes)


def _filled(ids: IntArray, own: int) -> IntArray:
    """-1 replaced by the last known id before it, else by the first one after it, else by `own`."""
    known = np.flatnonzero(ids >= 0)
    if not len(known):
        return np.full(len(ids), own)
    last = np.searchsorted(known, np.arange(len(ids)), side="right") - 1
    return np.asarray(ids[known[np.maximum(last, 0)]])


def _fresh(report: TrackingReport, count: int) -> IntArray:
    """Ids that neither the truth nor the tracks have."""
    highest = max(int(table.ids.max(initial=0)) for table in (report.data.truth, report.data.found))
    return highest + 1 + np.arange(count)
