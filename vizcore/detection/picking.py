"""Which box does a click mean, and which box of another detector shows the same object?"""

from __future__ import annotations

import numpy as np

from vizcore.detection.boxes import box_areas, iou_matrix
from vizcore.results import BoxSet, Candidates, Detections

SAME_OBJECT_IOU = 0.3


def box_at(found: BoxSet, x: float, y: float) -> int | None:
    """The row of the smallest box around a point of the photo; None where there is none."""
    boxes = found.boxes_xyxy
    around = (boxes[:, 0] <= x) & (x <= boxes[:, 2]) & (boxes[:, 1] <= y) & (y <= boxes[:, 3])
    rows = np.flatnonzero(around)
    return int(rows[box_areas(boxes[rows]).argmin()]) if len(rows) else None


def same_object(
    candidates: Candidates, found: BoxSet, row: int, least_iou: float = SAME_OBJECT_IOU
) -> Detections | None:
    """Another detector's own box for the object of this row, as detections of length 1; None where it has none.

    Among its candidates that overlap the box by `least_iou` or more, the one with the highest product of score and IoU,
    the same class first.
    """
    overlap = iou_matrix(found.boxes_xyxy[row : row + 1].astype(np.float64), candidates.boxes_xyxy)[0]
    near = overlap >= least_iou
    label = found.labels[int(found.class_ids[row])]
    same = np.array([candidates.labels[int(index)] == label for index in candidates.class_ids], bool)
    rows = np.flatnonzero(near & same) if (near & same).any() else np.flatnonzero(near)
    if not len(rows):
        return None
    best = rows[np.argmax(candidates.scores[rows] * overlap[rows])]
    return candidates.take([int(best)])
