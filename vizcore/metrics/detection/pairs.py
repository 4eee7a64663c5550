"""Which found box could stand for which true box? All pairs on one picture (and of one class) with their IoU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from vizcore.metrics.detection.dataset import FoundBoxes, IntArray, TruthBoxes
from vizcore.results import FloatArray


@dataclass(frozen=True, eq=False)
class Pairs:
    """m pairs, those of one detection together and in the truth's order. found, truth (m,): rows; iou (m,)."""

    found: IntArray
    truth: IntArray
    iou: FloatArray

    def __len__(self) -> int:
        return len(self.found)

    def at(self, rows: Any) -> Pairs:
        """These pairs only (indices or a mask)."""
        return Pairs(self.found[rows], self.truth[rows], self.iou[rows])


def boxes_in_pairs(truth: TruthBoxes, found: FoundBoxes, *, same_class: bool, at_least: float = 0.0) -> Pairs:
    """Every detection with every true box of its picture (and class) whose IoU is at least `at_least`.

    A crowd takes the detection's own area for the union, as COCO does. Sorted by detection, then by row of the truth.
    """
    columns = int(max(truth.classes.max(initial=-1), found.classes.max(initial=-1))) + 1
    cells = [table.images * columns + table.classes if same_class else table.images for table in (truth, found)]
    order = np.argsort(cells[0], kind="stable")
    sorted_cells = cells[0][order]
    first, last = (np.searchsorted(sorted_cells, cells[1], side=side) for side in ("left", "right"))
    counts = last - first  # true boxes beside each detection
    rows = np.repeat(np.arange(len(found)), counts)
    starts = np.repeat(first - (np.cumsum(counts) - counts), counts)
    others = order[starts + np.arange(len(rows))]
    iou = paired_iou(found.boxes_xywh[rows], truth.boxes_xywh[others], truth.crowd[others])
    near = iou >= at_least
    return Pairs(rows[near], others[near], iou[near])


def paired_iou(found_xywh: FloatArray, truth_xywh: FloatArray, crowd: np.ndarray) -> FloatArray:
    """IoU row by row, (m, 4) and (m, 4) -> (m,), operation by operation as in COCO's C code, so that ties stay ties."""
    low = np.maximum(found_xywh[:, :2], truth_xywh[:, :2])
    high = np.minimum(found_xywh[:, 2:] + found_xywh[:, :2], truth_xywh[:, 2:] + truth_xywh[:, :2])
    sides = high - low  # (m, 2)
    meet = (sides > 0).all(axis=1)
    common = np.where(meet, sides[:, 0] * sides[:, 1], 0.0)
    found_area, truth_area = (boxes[:, 2] * boxes[:, 3] for boxes in (found_xywh, truth_xywh))
    union = np.where(crowd, found_area, found_area + truth_area - common)
    iou: FloatArray = np.divide(common, union, out=np.zeros_like(common), where=meet)
    return iou
