"""Which detection is right? The rules by which COCO, VOC and Ultralytics give true boxes to detections.

A rule is a row of `RULES`. Every match is kept: who, with whom, at which IoU threshold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from vizcore.metrics.detection.dataset import BoolArray, FoundBoxes, IntArray, TruthBoxes
from vizcore.metrics.detection.pairs import Pairs, boxes_in_pairs

IOU_THRESHOLDS = tuple(np.linspace(0.5, 0.95, 10).tolist())
NOBODY = -1
MOST_PER_PICTURE = 100  # of one class
Area = tuple[float, float]
EVERY_AREA: Area = (0.0, 1e10)


@dataclass(frozen=True, eq=False)
class Matches:
    """What became of n detections at t thresholds.

    order (k,): rows of the detections that were judged, picture by picture, best first in each; `rank` (k,): place in
    its picture and class, from 0. partner (t, k): row of the true box it was given, -1 for none. ignored (t, k): counts
    neither as right nor as wrong. ignored_truth (n_truth,): true boxes that need not be found. thresholds (t,).
    """

    order: IntArray
    rank: IntArray
    partner: NDArray[np.int64]
    ignored: BoolArray
    ignored_truth: BoolArray
    thresholds: tuple[float, ...]

    @property
    def right(self) -> BoolArray:
        """(t, k): true positives."""
        return np.asarray((self.partner != NOBODY) & ~self.ignored)

    @property
    def wrong(self) -> BoolArray:
        """(t, k): false positives."""
        return np.asarray((self.partner == NOBODY) & ~self.ignored)

    def at(self, threshold: float) -> Matches:
        """The matches at one of the thresholds."""
        row = int(np.argmin(np.abs(np.asarray(self.thresholds) - threshold)))
        one = slice(row, row + 1)
        return Matches(
            self.order,
            self.rank,
            self.partner[one],
            self.ignored[one],
            self.ignored_truth,
            (self.thresholds[row],),
        )


def match(
    truth: TruthBoxes,
    found: FoundBoxes,
    *,
    rule: str = "coco",
    thresholds: Sequence[float] = IOU_THRESHOLDS,
    area: Area = EVERY_AREA,
    pairs: Pairs | None = None,
) -> Matches:
    """Gives true boxes to detections by one of `RULES`.

    area: true boxes outside it need not be found, and unmatched detections outside it do not count (COCO only).
    pairs: of the same class, where they are known already.
    """
    limit = MOST_PER_PICTURE if rule == "coco" else None
    order, rank = judged(found, limit)
    ignored_truth = _ignored_truth(truth, rule, area)
    if pairs is None:
        pairs = boxes_in_pairs(truth, found, same_class=True, at_least=min(thresholds) - 1e-9)
    if rule in ULTRALYTICS:  # its data sets have no crowds: who finds one raises a false alarm
        pairs = pairs.at(~truth.crowd[pairs.truth])
    places = np.full(len(found), NOBODY)
    places[order] = np.arange(len(order))
    partner = np.full((len(thresholds), len(order)), NOBODY, dtype=np.int64)
    candidates = list(_candidates(pairs, places, ignored_truth))
    for row, threshold in zip(partner, thresholds, strict=True):
        RULES[rule](row, candidates, ignored_truth, truth.crowd, min(threshold, 1 - 1e-10))
    # A detection with a true box that need not be found counts neither way.
    ignored = np.where(partner == NOBODY, False, ignored_truth[partner] if len(truth) else False)
    if rule == "coco":
        sizes = found.boxes_xywh[order, 2] * found.boxes_xywh[order, 3]
        outside = (sizes < area[0]) | (sizes > area[1])
        ignored |= (partner == NOBODY) & outside
    return Matches(order, rank, partner, ignored, ignored_truth, tuple(thresholds))


def judged(found: FoundBoxes, most: int | None) -> tuple[IntArray, IntArray]:
    """Rows of the `most` best detections of each picture and class, best first in each, and their ranks there."""
    order = np.lexsort((-found.scores, found.classes, found.images))  # stable: equal scores keep their order
    cells = np.stack([found.images[order], found.classes[order]], axis=1)
    starts = np.flatnonzero(np.r_[True, (cells[1:] != cells[:-1]).any(axis=1)]) if len(order) else np.zeros(0, int)
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.r_[starts, len(order)]))
    kept = rank < most if most is not None else np.ones(len(order), bool)
    return order[kept], rank[kept]


# One detection's candidates: its place in the order, and (row of the truth, IoU), those that count first, best first.
Candidates = tuple[int, list[tuple[int, float]]]
Rule = Callable[[IntArray, list[Candidates], BoolArray, BoolArray, float], None]


def _candidates(pairs: Pairs, places: IntArray, ignored_truth: BoolArray) -> Iterator[Candidates]:
    """In the order of judging. Of equal IoUs the later true box goes first, as in COCO's loop."""
    place = places[pairs.found]
    known = np.flatnonzero(place != NOBODY)
    truth, iou = pairs.truth[known], pairs.iou[known]
    order = np.lexsort((-truth, -iou, ignored_truth[truth], place[known]))
    rows = zip(place[known][order].tolist(), truth[order].tolist(), iou[order].tolist(), strict=True)
    for each, group in groupby(rows, key=itemgetter(0)):
        yield each, [(partner, overlap) for _, partner, overlap in group]


def _best_free(
    row: IntArray, candidates: list[Candidates], ignored: BoolArray, crowd: BoolArray, threshold: float
) -> None:
    """COCO: the best true box that nobody has yet; one that need not be found only where no other is left."""
    taken: set[int] = set()
    for place, options in candidates:
        for truth, iou in options:
            if iou >= threshold and (truth not in taken or crowd[truth]):
                row[place] = truth
                taken.add(truth)
                break


def _best_or_nothing(
    row: IntArray, candidates: list[Candidates], ignored: BoolArray, crowd: BoolArray, threshold: float
) -> None:
    """VOC: the true box with the largest IoU; if a better detection has it already, this one is a false alarm."""
    taken: set[int] = set()
    for place, options in candidates:
        truth, iou = max(options, key=lambda option: (option[1], -option[0]))
        if iou >= threshold and (truth not in taken or ignored[truth]):
            row[place] = truth
            taken.add(truth)


# Ultralytics gave each box only its best true box up to YOLO11; 8.4.190 lets it take the next free one.
RULES: dict[str, Rule] = {
    "coco": _best_free,
    "voc": _best_or_nothing,
    "ultralytics": _best_or_nothing,
    "ultralytics-closed": _best_free,
}
ULTRALYTICS = ("ultralytics", "ultralytics-closed")


def _ignored_truth(truth: TruthBoxes, rule: str, area: Area) -> BoolArray:
    if rule in ULTRALYTICS:
        return truth.crowd.copy()
    if rule == "voc":
        return np.asarray(truth.crowd | truth.difficult)
    return np.asarray(truth.crowd | (truth.areas < area[0]) | (truth.areas > area[1]))
