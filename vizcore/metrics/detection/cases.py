"""Which boxes stand behind a number: those that are right, false alarms, and objects that were missed?

A case is a pair of rows, of the truth and of the detections, -1 for none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vizcore.detection.boxes import box_areas
from vizcore.metrics.detection.dataset import DetectionData, IntArray
from vizcore.metrics.detection.matching import NOBODY
from vizcore.metrics.detection.operating_point import Confusion

Pair = tuple[int, int]


def right_pairs(data: DetectionData, confusion: Confusion) -> list[Pair]:
    """Objects found with their own class, the surest first."""
    both = (confusion.truth != NOBODY) & (confusion.found != NOBODY)
    return _surest(data, confusion, np.flatnonzero(both & (confusion.row == confusion.column)))


def false_pairs(data: DetectionData, confusion: Confusion) -> list[Pair]:
    """Boxes on nothing or with the wrong class, the surest first."""
    return _surest(data, confusion, np.flatnonzero((confusion.found != NOBODY) & (confusion.row != confusion.column)))


def missed_pairs(data: DetectionData, confusion: Confusion) -> list[Pair]:
    """Objects that no box of their class was given to, the largest first."""
    rows = confusion.truth[(confusion.truth != NOBODY) & (confusion.row != confusion.column)]
    order = np.argsort(-box_areas(data.truth.boxes_xyxy[rows]), kind="stable")
    return [(int(row), NOBODY) for row in rows[order]]


def picture_pairs(data: DetectionData, confusion: Confusion, picture: int) -> list[Pair]:
    """All cases of one picture, in the confusion's order."""
    pairs = zip(confusion.truth.tolist(), confusion.found.tolist(), strict=True)
    return [pair for pair in pairs if picture_of(data, pair) == picture]


def picture_of(data: DetectionData, pair: Pair) -> int:
    """The row of the case's picture."""
    truth, found = pair
    return int(data.truth.images[truth] if truth != NOBODY else data.found.images[found])


def by_verdict(data: DetectionData, pairs: Sequence[Pair]) -> tuple[list[Pair], list[Pair], list[Pair]]:
    """The pairs of one class on both sides; those with a box that is wrong; those with an object that was missed."""
    truth, found = data.truth.classes, data.found.classes
    right = [pair for pair in pairs if NOBODY not in pair and truth[pair[0]] == found[pair[1]]]
    others = [pair for pair in pairs if pair not in right]
    return right, [pair for pair in others if pair[1] != NOBODY], [pair for pair in others if pair[0] != NOBODY]


def _surest(data: DetectionData, confusion: Confusion, places: IntArray) -> list[Pair]:
    order = places[np.argsort(-data.found.scores[confusion.found[places]], kind="stable")]
    return [(int(confusion.truth[place]), int(confusion.found[place])) for place in order]
