"""What does a score threshold give: precision, recall, F1, and who is taken for whom? AP does not move with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vizcore.metrics.detection.dataset import DetectionData, IntArray
from vizcore.metrics.detection.match_result import MatchResult, average_precision_of
from vizcore.metrics.detection.matching import NOBODY
from vizcore.metrics.detection.pairs import Pairs, boxes_in_pairs
from vizcore.results import FloatArray


@dataclass(frozen=True)
class Counts:
    """true, false: detections that are right and wrong; missed: true boxes without a detection."""

    true: int
    false: int
    missed: int

    @property
    def precision(self) -> float | None:
        """True / (true + false); None without a detection."""
        return self.true / (self.true + self.false) if self.true + self.false else None

    @property
    def recall(self) -> float | None:
        """True / (true + missed); None where nothing is to be found."""
        return self.true / (self.true + self.missed) if self.true + self.missed else None

    @property
    def f1(self) -> float | None:
        """2 true / (2 true + false + missed): the harmonic mean of both; None where there is nothing at all."""
        below = 2 * self.true + self.false + self.missed
        return 2 * self.true / below if below else None


def counts_at(match_result: MatchResult, score: float, class_row: int | None = None) -> Counts:
    """Of all classes together, or of one; detections with this score or a larger one count."""
    shown = match_result.scores >= score
    positives = match_result.positives
    if class_row is not None:
        shown &= match_result.classes == class_row
    wanted = int(positives.sum() if class_row is None else positives[class_row])
    true = int((shown & match_result.right).sum())
    return Counts(true, int(shown.sum()) - true, wanted - true)


@dataclass(frozen=True)
class ClassScores:
    """One class with objects, by its row: counts at a score threshold, and AP, which uses all thresholds."""

    row: int
    counts: Counts
    ap: float


def class_scores(match_result: MatchResult, score: float) -> list[ClassScores]:
    """Of each class with objects, in the order of the classes."""
    values = average_precision_of(match_result)
    return [
        ClassScores(row, counts_at(match_result, score, row), float(values[row]))
        for row in match_result.classes_with_truth.tolist()
    ]


@dataclass(frozen=True, eq=False)
class ThresholdCurve:
    """Over all distinct scores, largest first, (k,) each: all classes together."""

    scores: FloatArray
    precision: FloatArray
    recall: FloatArray
    f1: FloatArray

    @property
    def best(self) -> int | None:
        """Where F1 is largest, the larger score on a tie; None without a detection."""
        return int(np.argmax(self.f1)) if len(self.f1) else None


def threshold_curve(match_result: MatchResult) -> ThresholdCurve:
    """Precision, recall and F1 at each possible threshold."""
    last = np.flatnonzero(np.r_[match_result.scores[1:] != match_result.scores[:-1], True][: len(match_result.scores)])
    true = np.cumsum(match_result.right)[last].astype(float)
    shown, wanted = last + 1.0, float(match_result.positives.sum())
    recall = true / wanted if wanted else np.zeros(len(true))
    return ThresholdCurve(match_result.scores[last], true / shown, recall, 2 * true / (shown + wanted))


@dataclass(frozen=True, eq=False)
class Confusion:
    """matrix (c + 1, c + 1): rows are the truth, columns what was found, the last of each is "background".

    One entry for each detection and each missed object (m,): truth, found: rows, -1 for none; row, column: its cell.
    """

    matrix: IntArray
    truth: IntArray
    found: IntArray
    row: IntArray
    column: IntArray

    def entries(self, row: int, column: int) -> IntArray:
        """Places of the entries of one cell."""
        return np.flatnonzero((self.row == row) & (self.column == column))

    def busiest(self, most: int) -> list[int]:
        """Rows of the `most` classes with the most entries, in their own order, and of background behind them."""
        count = len(self.matrix) - 1
        busy = self.matrix.sum(axis=0)[:-1] + self.matrix.sum(axis=1)[:-1]
        return [*sorted(np.argsort(-busy, kind="stable")[:most].tolist()), count]


def confusion_at(data: DetectionData, match_result: MatchResult, score: float, pairs: Pairs | None = None) -> Confusion:
    """First the detections that are right, as AP counts them; then wrong ones lying on missed objects of other classes
    (largest IoU first, at least the judgement's); the rest is background. So the diagonal is the true positives.

    pairs: of any class, where they are known already.
    """
    shown = match_result.scores >= score
    found, partner = match_result.found[shown], match_result.partner[shown].copy()
    free = match_result.wanted.copy()
    free[partner[partner != NOBODY]] = False
    places = np.full(len(data.found), NOBODY)
    places[found] = np.arange(len(found))
    if pairs is None:
        pairs = boxes_in_pairs(data.truth, data.found, same_class=False, at_least=match_result.iou)
    place = places[pairs.found]
    open_pairs = (place != NOBODY) & free[pairs.truth] & (pairs.iou >= match_result.iou)
    open_pairs[open_pairs] = partner[place[open_pairs]] == NOBODY
    rows = np.flatnonzero(open_pairs)
    for index in rows[np.argsort(-pairs.iou[rows], kind="stable")]:
        if partner[place[index]] == NOBODY and free[pairs.truth[index]]:
            partner[place[index]], free[pairs.truth[index]] = pairs.truth[index], False
    return _tabulated(data, found, partner, np.flatnonzero(free))


def _tabulated(data: DetectionData, found: IntArray, partner: IntArray, missed: IntArray) -> Confusion:
    count = len(data.class_names)
    truth = np.r_[partner, missed]
    answers = np.r_[found, np.full(len(missed), NOBODY)]
    # Row -1 of a table with "background" at its end is background.
    row = np.r_[data.truth.classes, count][truth]
    column = np.r_[data.found.classes, count][answers]
    matrix = np.bincount(row * (count + 1) + column, minlength=(count + 1) ** 2).reshape(count + 1, count + 1)
    return Confusion(matrix, truth, answers, row, column)
