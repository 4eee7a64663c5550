"""What kind of mistakes cost how much AP? TIDE's six types, and what AP would be if one of them were mended.

Bolya et al. 2020, "TIDE: A General Toolbox for Identifying Object Detection Errors". The order of the tests is that of
their code; "both" is what they call "other".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vizcore.metrics.detection.dataset import BoolArray, DetectionData, IntArray
from vizcore.metrics.detection.judgement import (
    Judgement,
    average_precision_of,
    class_average_precisions,
    mean_over_classes,
)
from vizcore.metrics.detection.matching import NOBODY
from vizcore.metrics.detection.pairs import boxes_in_pairs
from vizcore.results import FloatArray

TYPES = ("classification", "localisation", "both", "duplicate", "background", "missed")
BACKGROUND_IOU = 0.1


@dataclass(frozen=True, eq=False)
class ErrorTypes:
    """kind (k,): index into TYPES of each judged detection, -1 for one that is right. target (k,): the true box that it
    should have stood for, -1 for none. missed: rows of the true boxes that no mended error would find.

    mean_ap: at the judgement's threshold; gains: how much it grows when all errors of a type are mended, 0..1.
    """

    kind: IntArray
    target: IntArray
    missed: IntArray
    counts: Mapping[str, int]
    mean_ap: float
    gains: Mapping[str, float]


def error_types(data: DetectionData, judgement: Judgement) -> ErrorTypes:
    """Types and gains at the judgement's IoU threshold; a gain is NaN where the truth is empty."""
    kind, target = _typed(data, judgement)
    fixable = np.flatnonzero((kind == TYPES.index("classification")) | (kind == TYPES.index("localisation")))
    free = np.zeros(len(data.truth), bool)
    free[judgement.missed()] = True
    reachable = free.copy()
    reachable[:] = False
    reachable[target[fixable]] = True
    missed = np.flatnonzero(free & ~reachable)
    winners = _winners(judgement, fixable, target, free)
    counts = {name: int((kind == index).sum()) for index, name in enumerate(TYPES[:-1])} | {"missed": len(missed)}
    before = mean_over_classes(average_precision_of(judgement))
    gains = {
        name: _mended(judgement, kind == index, winners, target, data.truth.classes) - before
        for index, name in enumerate(TYPES[:-1])
    }
    gains["missed"] = _without(judgement, np.bincount(data.truth.classes[missed], minlength=judgement.class_count))
    gains["missed"] -= before
    return ErrorTypes(kind, target, missed, counts, before, gains)


def _typed(data: DetectionData, judgement: Judgement) -> tuple[IntArray, IntArray]:
    """Type and target of each judged detection."""
    found = data.found.at(judgement.found)
    pairs = boxes_in_pairs(data.truth, found, same_class=False)
    pairs = pairs.at(judgement.wanted[pairs.truth])
    same = data.truth.classes[pairs.truth] == found.classes[pairs.found]
    used = np.zeros(len(data.truth), bool)
    used[judgement.partner[judgement.right]] = True
    same_iou, same_at = _best(pairs.found, pairs.truth, pairs.iou, same, len(found))
    other_iou, other_at = _best(pairs.found, pairs.truth, pairs.iou, ~same, len(found))
    taken_iou, taken_at = _best(pairs.found, pairs.truth, pairs.iou, same & used[pairs.truth], len(found))
    tests = {
        "localisation": ((same_iou >= BACKGROUND_IOU) & (same_iou <= judgement.iou), same_at),
        "classification": (other_iou >= judgement.iou, other_at),
        "duplicate": (taken_iou >= judgement.iou, taken_at),
        "background": (np.maximum(same_iou, other_iou) <= BACKGROUND_IOU, np.full(len(found), NOBODY)),
        "both": (np.ones(len(found), bool), np.where(other_iou > same_iou, other_at, same_at)),
    }
    kind, target = np.full(len(found), NOBODY), np.full(len(found), NOBODY)
    open_cases = ~judgement.right
    for name, (applies, at) in tests.items():
        now = open_cases & applies
        kind[now], target[now] = TYPES.index(name), at[now]
        open_cases &= ~applies
    return kind, target


def _best(
    found: IntArray, truth: IntArray, iou: FloatArray, allowed: BoolArray, count: int
) -> tuple[FloatArray, IntArray]:
    """The largest IoU among the allowed pairs of each detection and its true box; 0 and -1 where there is none."""
    best, at = np.zeros(count), np.full(count, NOBODY)
    rows = np.flatnonzero(allowed & (iou > 0))
    rows = rows[np.argsort(iou[rows], kind="stable")]  # the largest is written last
    best[found[rows]], at[found[rows]] = iou[rows], truth[rows]
    return best, at


def _winners(judgement: Judgement, fixable: IntArray, target: IntArray, free: BoolArray) -> BoolArray:
    """(k,): for each true box that nobody has, the best-scored error that would find it once mended."""
    wins = np.zeros(len(judgement.found), bool)
    rows = fixable[free[target[fixable]]]
    _, first = np.unique(target[rows], return_index=True)  # judged detections stand best first
    wins[rows[first]] = True
    return wins


def _mended(
    judgement: Judgement, errors: BoolArray, winners: BoolArray, target: IntArray, truth_classes: IntArray
) -> float:
    """mAP when the winners among these errors are right (in their object's class) and the other errors are gone."""
    repaired = errors & winners
    keep = ~errors | repaired
    classes = judgement.classes.copy()
    classes[repaired] = truth_classes[target[repaired]]
    right = judgement.right | repaired
    positives = judgement.positives.astype(float)
    values = class_average_precisions(judgement.scores[keep], classes[keep], right[keep], positives)
    return mean_over_classes(values)


def _without(judgement: Judgement, missed: IntArray) -> float:
    """mAP when the missed objects need not be found; a class of which nothing else is left does not count."""
    positives = (judgement.positives - missed).astype(float)
    values = class_average_precisions(judgement.scores, judgement.classes, judgement.right, positives)
    return mean_over_classes(values)
