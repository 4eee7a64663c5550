"""How far would the curves and their areas move with other examples of the same kind?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vizcore.metrics.classification.dataset import BoolArray
from vizcore.metrics.classification.ranking import (
    Ranking,
    average_precision,
    precision_recall_points,
    rank,
    roc_auc,
    roc_points,
)
from vizcore.results import FloatArray

RESAMPLES = 200
GRID = np.linspace(0.0, 1.0, 101)
MIDDLE = (2.5, 97.5)  # percent


@dataclass(frozen=True, eq=False)
class Bands:
    """The middle 95 % of resamples: true positive rate at each false positive rate of GRID, precision at each recall of
    it, (2, 101); the two areas, (2,). used: resamples in which both classes occurred; NaN everywhere for none.
    """

    tpr: FloatArray
    precision: FloatArray
    roc_auc: FloatArray
    average_precision: FloatArray
    used: int


def bootstrap_bands(truth: BoolArray, scores: FloatArray, seed: int = 0, resamples: int = RESAMPLES) -> Bands:
    """Examples drawn with replacement, as many as there are; truth, scores (n,). The same seed gives the same bands."""
    draws = np.random.default_rng(seed)
    order = np.argsort(-scores, kind="stable")
    truth, scores = truth[order], scores[order]
    found: list[tuple[FloatArray, FloatArray, float, float]] = []
    for _ in range(resamples):
        weights = np.bincount(draws.integers(0, len(truth), len(truth)), minlength=len(truth)) if len(truth) else None
        ranking = _drawn(rank(truth, scores, weights))
        if ranking.positives and ranking.negatives:
            found.append((*_on_grid(ranking), roc_auc(ranking), average_precision(ranking)))
    if not found:
        nothing = np.full((2, len(GRID)), np.nan)
        return Bands(nothing, nothing, nothing[:, 0], nothing[:, 0], 0)
    tpr, precision, areas, steps = (np.array(each) for each in zip(*found, strict=True))
    middle = [np.percentile(each, MIDDLE, axis=0) for each in (tpr, precision, areas, steps)]
    return Bands(middle[0], middle[1], middle[2], middle[3], len(found))


def _on_grid(ranking: Ranking) -> tuple[FloatArray, FloatArray]:
    fpr, tpr, _thresholds = roc_points(ranking)
    precision, recall = precision_recall_points(ranking)
    first = np.minimum(np.searchsorted(recall, GRID, side="left"), len(recall) - 1)
    return np.interp(GRID, fpr, tpr), precision[first]


def _drawn(ranking: Ranking) -> Ranking:
    """Without the highest scores that this resample did not draw: nothing is called positive there."""
    keep = ranking.tp + ranking.fp > 0
    return Ranking(ranking.thresholds[keep], ranking.tp[keep], ranking.fp[keep], ranking.positives, ranking.negatives)
