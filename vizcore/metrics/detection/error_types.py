"""What kind of mistakes cost how much AP? TIDE's six types, and what AP would be if one of them were mended.

Bolya et al. 2020, "TIDE: A General Toolbox for Identifying Object Detection Errors". The order of the tests is that of
their code; "both" is what they call "other".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vizcore.metrics.detection.dataset import BoolArray, DetectionData, IntArray
from vizcore.metrics.detection.match_result import (
    MatchResult,
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


def error_types(data: DetectionData, match_result: MatchResult) -> ErrorTypes:
    """Types and gains at the judgement's IoU threshold; a gain is NaN where the truth is empty."""
    kind, target = _typed(data, match_result)
    fixable = np.flatnonzero((kind == TYPES.index("classification")) | (kind == TYPES.index("localisation")))
    free = np.zeros(len(data.truth), bool)
    free[match_result.missed()] = True
    reachable = free.copy()
    reachable[:] = False
    reachable[target[fixable]] = True
    missed = np.flatnonzero(free & ~reachable)
    winners = _winners(match_result, fixable, target, free)
    counts = {name: int((kind == index).sum()) for index, name in enumerate(TYPES[:-1])} | {"missed": len(missed)}
    before = mean_over_classes(average_precision_of(match_result))
    gains = {
        name: _mended(match_result, kind == index, winners, target, data.truth.classes) - before
        for index, name in enumerate(TYPES[:-1])
    }
    gains["missed"] = _without(
        match_result, np.bincount(data.truth.classes[missed], minlength=match_result.class_count)
    )
    gains["missed"] -= before
    return ErrorTypes(kind, target, missed, counts, before, gains)


def _typed(data: DetectionData, match_result: MatchResult) -> tuple[IntArray, IntArray]:
    """Type and target of each judged detection."""
    found = data.found.at(match_result.found)
    pairs = boxes_in_pairs(data.truth, found, same_class=False)
    pairs = pairs.at(match_result.wanted[pairs.truth])
    same = data.truth.classes[pairs.truth] == found.classes[pairs.found]
    used = np.zeros(len(data.truth), bool)
    used[match_result.partner[match_result.right]] = True
    same_iou, same_at = _best(pairs.found, pairs.truth, pairs.iou, same, len(found))
    other_iou, other_at = _best(pairs.found, pairs.truth, pairs.iou, ~same, len(found))
    taken_iou, taken_at = _best(pairs.found, pairs.truth, pairs.iou, same & used[pairs.truth], len(found))
    tests = {
        "localisation": ((same_iou >= BACKGROUND_IOU) & (same_iou <= match_result.iou), same_at),
        "classification": (other_iou >= match_result.iou, other_at),
        "duplicate": (taken_iou >= match_result.iou, taken_at),
        "background": (np.maximum(same_iou, other_iou) <= BACKGROUND_IOU, np.full(len(found), NOBODY)),
        "both": (np.ones(len(found), bool), np.where(other_iou > same_iou, other_at, same_at)),
    }
    kind, target = np.full(len(found), NOBODY), np.full(len(found), NOBODY)
    open_cases = ~match_result.right
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


def _winners(match_result: MatchResult, fixable: IntArray, target: IntArray, free: BoolArray) -> BoolArray:
    """(k,): for each true box that nobody has, the best-scored error that would find it once mended."""
    wins = np.zeros(len(match_result.found), bool)
    rows = fixable[free[target[fixable]]]
    _, first = np.unique(target[rows], return_index=True)  # judged detections stand best first
    wins[rows[first]] = True
    return wins


def _mended(
    match_result: MatchResult, errors: BoolArray, winners: BoolArray, target: IntArray, truth_classes: IntArray
) -> float:
    """mAP when the winners among these errors are right (in their object's class) and the other errors are gone."""
    repaired = errors & winners
    keep = ~errors | repaired
    classes = match_result.classes.copy()
    classes[repaired] = truth_classes[target[repaired]]
    right = match_result.right | repaired
    positives = match_result.positives.astype(float)
    values = class_average_precisions(match_result.scores[keep], classes[keep], right[keep], positives)
    return mean_over_classes(values)


def _without(match_result: MatchResult, missed: IntArray) -> float:
    """mAP when the missed objects need not be found; a class of which nothing else is left does not count."""
    positives = (match_result.positives - missed).astype(float)
    values = class_average_precisions(match_result.scores, match_result.classes, match_result.right, positives)
    return mean_over_classes(values)
