"""Which prompts show an object, and what does a further click make of them?"""

from __future__ import annotations

import numpy as np

from vizcore.segmentation.prompts import Box, Point, Prompts
from vizcore.tracking.carried import Anchor, PropagatedMasks
from vizcore.tracking.clip import ClipTruth

NEARLY_ALL = 0.8


def opening_anchor(truth: ClipTruth, identity: int) -> Anchor:
    """The object's true box in the first frame in which nearly as much of it is seen as ever. The truth has masks."""
    rows = np.flatnonzero(truth.table.ids == identity)
    areas = np.array([truth.masks[each].area for each in rows.tolist()])
    row = int(rows[np.argmax(areas >= NEARLY_ALL * areas.max())])
    x0, y0, x1, y1 = truth.table.boxes_xyxy[row].tolist()
    return Anchor(int(truth.table.frames[row]), Prompts(box_xyxy=(x0, y0, x1, y1)))


def corrected(
    before: Prompts | None, masks: PropagatedMasks | None, frame: int, place: Point, *, positive: bool
) -> Prompts | None:
    """The prompts of a frame (from 1) after a click; None where a click on the ground alone points at nothing.

    before: those that it had. Without any the box of the carried mask is kept, so that a click corrects it. What
    belongs to the object lies in its box, which grows as far as that.
    """
    old = before or Prompts()
    box: Box | None = old.box_xyxy
    if before is None and masks is not None and masks.areas[frame - 1]:
        x0, y0, x1, y1 = masks.boxes_xyxy[frame - 1].tolist()
        box = (x0, y0, x1, y1)
    x, y = place
    if box is not None and positive:
        box = min(box[0], x), min(box[1], y), max(box[2], x), max(box[3], y)
    if box is None and not positive and not old.points_xy:
        return None
    return Prompts((*old.points_xy, place), (*old.labels, int(positive)), box)
