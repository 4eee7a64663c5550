"""Which box does a click mean, and which box of another detector shows the same object?"""

from __future__ import annotations

import numpy as np

from vizcore.detection.boxes import box_areas, iou_matrix
from vizcore.detection.choosing import inside_photo
from vizcore.results import BoxSet, Candidates, Detections
from vizcore.zoo.detection_labels import coco_name

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

    Among its candidates that overlap the box by `least_iou` or more inside the photo, the one with the highest IoU, the
    same class first; of equal ones that with the highest score.
    """
    box = inside_photo(found)[row : row + 1].astype(np.float64)
    overlap = iou_matrix(box, inside_photo(candidates))[0]
    near = overlap >= least_iou
    name = coco_name(found.labels[int(found.class_ids[row])])
    same = np.array([coco_name(candidates.labels[int(index)]) == name for index in candidates.class_ids], bool)
    rows = np.flatnonzero(near & same) if (near & same).any() else np.flatnonzero(near)
    if not len(rows):
        return None
    best = rows[np.lexsort((candidates.scores[rows], overlap[rows]))[-1]]
    return candidates.take([int(best)])
