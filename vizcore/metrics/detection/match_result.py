"""Every detection judged at one IoU threshold, in a form from which scores are quickly counted again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vizcore.metrics.detection.average_precision import coco_mean
from vizcore.metrics.detection.dataset import BoolArray, DetectionData, IntArray
from vizcore.metrics.detection.matching import NOBODY, Matches, match
from vizcore.results import FloatArray


@dataclass(frozen=True, eq=False)
class MatchResult:
    """k detections, best score first, those left out that count neither way.

    found (k,): row of the detection; partner (k,): row of the true box it was given, -1 for a false alarm; scores,
    classes (k,). wanted (n_truth,): true boxes that should be found. class_count: of the data.
    """

    found: IntArray
    partner: IntArray
    scores: FloatArray
    classes: IntArray
    wanted: BoolArray
    truth_classes: IntArray
    class_count: int
    iou: float

    @property
    def right(self) -> BoolArray:
        """(k,): true positives."""
        return np.asarray(self.partner != NOBODY)

    @property
    def positives(self) -> IntArray:
        """(c,): true boxes to be found of each class."""
        counts: IntArray = np.bincount(self.truth_classes[self.wanted], minlength=self.class_count)
        return counts

    @property
    def classes_with_truth(self) -> IntArray:
        """Rows of the classes over which means are taken."""
        return np.flatnonzero(self.positives)

    def partner_of(self, found_row: int) -> int:
        """The row of the true box that this detection was given; -1 for none, and where it counts neither way."""
        place = np.flatnonzero(self.found == found_row)
        return int(self.partner[place[0]]) if len(place) else NOBODY

    def missed(self) -> IntArray:
        """Rows of the true boxes that no detection was given."""
        free = self.wanted.copy()
        free[self.partner[self.right]] = False
        return np.flatnonzero(free)


def match_result_at(data: DetectionData, iou: float = 0.5, matches: Matches | None = None) -> MatchResult:
    """COCO's matches at one threshold; `matches`: where they are known already for this threshold among others."""
    found = data.found
    one = (matches or match(data.truth, found, thresholds=(iou,))).at(iou)
    counted = np.flatnonzero(~one.ignored[0])
    order = counted[np.argsort(-found.scores[one.order[counted]], kind="stable")]
    rows = one.order[order]
    return MatchResult(
        rows,
        one.partner[0, order],
        found.scores[rows],
        found.classes[rows],
        ~one.ignored_truth,
        data.truth.classes,
        len(data.class_names),
        iou,
    )


def class_average_precisions(
    scores: FloatArray, classes: IntArray, right: BoolArray, positives: FloatArray, weights: FloatArray | None = None
) -> FloatArray:
    """COCO-101 AP of each class (c,) from judged detections in any order; NaN where positives (c,) is 0.

    weights (k,): how many times each detection counts, for resampling pictures.
    """
    weight = np.ones(len(scores)) if weights is None else weights
    values = np.full(len(positives), np.nan)
    order = np.argsort(-scores, kind="stable")
    for row in np.flatnonzero(positives > 0):
        mine = order[classes[order] == row]
        true = np.cumsum(weight[mine] * right[mine])
        every = np.cumsum(weight[mine])
        counted = every > 0
        recall, precision = true[counted] / positives[row], true[counted] / (every[counted] + np.spacing(1.0))
        values[row] = coco_mean(recall, precision) if counted.any() else 0.0
    return values


def mean_over_classes(values: FloatArray) -> float:
    """The mean of the values that are numbers; NaN where there is none."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def average_precision_of(match_result: MatchResult) -> FloatArray:
    """AP of each class (c,) at the judgement's IoU threshold."""
    return class_average_precisions(
        match_result.scores, match_result.classes, match_result.right, match_result.positives.astype(float)
    )
