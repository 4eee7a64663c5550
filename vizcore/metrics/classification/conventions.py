"""The same scores under other conventions: which choice changes which number, and by how much?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from vizcore.metrics.classification.agreement import top_k_accuracy
from vizcore.metrics.classification.averages import averaged, class_counts
from vizcore.metrics.classification.calibration import calibration_of
from vizcore.metrics.classification.dataset import ScoreSet
from vizcore.metrics.classification.probabilities import brier
from vizcore.metrics.classification.ranking import average_precision, rank, trapezoid_area
from vizcore.results import FloatArray


@dataclass(frozen=True)
class Variant:
    """measure, rule: language-free keys, which the page puts into words. classes: over how many it was averaged."""

    measure: str
    rule: str
    value: float
    classes: int | None = None
    ours: bool = False


def variants(data: ScoreSet, column: int = 0, threshold: float | FloatArray = 0.5) -> list[Variant]:
    """Every number of the page that depends on a convention. column: the class that precision-recall is about."""
    return [*_areas(data, column), *_zero_divisions(data, threshold), *_calibrations(data), *_others(data)]


def _areas(data: ScoreSet, column: int) -> Iterator[Variant]:
    ranking = rank(data.truth[:, column], data.scores[:, column])
    yield Variant("pr_auc", "steps", average_precision(ranking), ours=True)
    yield Variant("pr_auc", "trapezoid", trapezoid_area(ranking))


def _zero_divisions(data: ScoreSet, threshold: float | FloatArray) -> Iterator[Variant]:
    if data.kind == "binary":
        data = two_sided(data)
    counts = class_counts(data.truth, data.predicted(threshold))
    for rule, value in (("zero", 0.0), ("one", 1.0), ("left_out", np.nan)):
        found = averaged(counts, "macro", value)
        for place, measure in enumerate(("precision", "recall", "f1")):
            number = getattr(found, measure)
            yield Variant(f"macro_{measure}", f"zero_division_{rule}", number, found.classes[place], rule == "zero")


def _calibrations(data: ScoreSet) -> Iterator[Variant]:
    if not data.are_probabilities:
        return
    for bins in (5, 10, 15):
        yield Variant("ece", f"width_{bins}", _ece(data, bins), ours=bins == 15)
    yield Variant("ece", "mass_15", _ece(data, 15, strategy="mass"))
    yield Variant("ece", "left_15", _ece(data, 15, closed="left"))
    yield Variant("ece", "extra_15", _ece(data, 15, closed="extra"))


def _ece(data: ScoreSet, bins: int, **how: str) -> float:
    error = calibration_of(data, bins, **how).error  # type: ignore[arg-type]
    return float("nan") if error is None else error


def _others(data: ScoreSet) -> Iterator[Variant]:
    if data.kind == "multiclass":
        truth = data.truth.argmax(axis=1)
        for ties, rule in (("first", "ties_first"), ("last", "ties_last")):
            value = top_k_accuracy(data.scores, truth, 2, ties)  # type: ignore[arg-type]
            yield Variant("top2", rule, value, ours=ties == "first")
    if data.kind == "multiclass" and data.are_probabilities:
        yield Variant("brier", "summed", brier(data), ours=True)
        yield Variant("brier", "halved", brier(data) / 2)


def two_sided(data: ScoreSet) -> ScoreSet:
    """A binary question as two labels, "not X" and X, so that both sides have precision and recall."""
    label = data.labels[0]
    scores = np.column_stack([-data.scores[:, 0], data.scores[:, 0]])
    truth = np.column_stack([~data.truth[:, 0], data.truth[:, 0]])
    return _TwoSided(scores, truth, (f"not {label}", label), "multilabel", data.names)


class _TwoSided(ScoreSet):
    """What is not called positive is called negative, at any threshold."""

    def predicted(self, thresholds: float | FloatArray = 0.5) -> np.ndarray:
        positive = self.scores[:, 1] >= np.ravel(thresholds)[-1]
        return np.column_stack([~positive, positive])
