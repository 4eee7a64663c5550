"""What is a contestant's row: the mean of its seeds, their range, and how sure that is?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from vizcore.learning.contest.contestants import CONTESTANTS
from vizcore.learning.contest.results import ClassifierRun, ContestRun, DetectorRun, Regime
from vizcore.metrics.proportion import wilson_interval


@dataclass(frozen=True)
class Spread:
    """mean, low and high over seeds."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Standing:
    """One row: the runs of one contestant at one budget, each of another seed.

    score: accuracy, or mAP of a detector. interval: 95 % Wilson of the mean accuracy, counted on the test digits once
    (every seed was asked the same ones); None for a detector, whose mAP is no share. second: macro F1, or AP at IoU
    .50. loss: None for a detector.
    """

    contestant: str
    regime: Regime
    budget: float
    runs: tuple[ContestRun, ...]
    score: Spread
    interval: tuple[float, float] | None
    second: Spread
    loss: Spread | None
    seconds: Spread
    epochs: Spread
    inference_ms: Spread

    @property
    def first(self) -> ContestRun:
        return self.runs[0]

    @property
    def detector(self) -> bool:
        return isinstance(self.first, DetectorRun)


def standings(runs: Iterable[ContestRun], regime: Regime) -> list[Standing]:
    """A row for each contestant that ran so, in the order of `CONTESTANTS`."""
    groups: dict[str, list[ContestRun]] = {key: [] for key in CONTESTANTS}
    for run in runs:
        if run.regime == regime:
            groups[run.contestant].append(run)
    return [standing(group) for group in groups.values() if group]


def standing(runs: Sequence[ContestRun]) -> Standing:
    """Of runs that differ in nothing but the seed. ValueError for none, or for different ones."""
    kinds = {(each.contestant, each.regime, each.budget) for each in runs}
    if len(kinds) != 1:
        raise ValueError(f"expected runs of one contestant at one budget, got {sorted(kinds)}")
    [(contestant, regime, budget)] = kinds
    ordered = tuple(sorted(runs, key=lambda each: each.seed))
    classifiers = [each for each in ordered if isinstance(each, ClassifierRun)]
    detectors = [each for each in ordered if isinstance(each, DetectorRun)]
    score = spread([each.accuracy for each in classifiers] or [each.mean_ap for each in detectors])
    count = ordered[0].test_count
    return Standing(
        contestant, regime, budget, ordered, score,
        interval=wilson_interval(round(score.mean * count), count) if classifiers else None,
        second=spread([each.macro_f1 for each in classifiers] or [each.ap50 for each in detectors]),
        loss=spread([each.test_loss for each in classifiers]) if classifiers else None,
        seconds=spread([each.seconds for each in ordered]),
        epochs=spread([each.epochs for each in ordered]),
        inference_ms=spread([each.inference_ms for each in ordered]),
    )  # fmt: skip


def spread(values: Sequence[float]) -> Spread:
    """ValueError for no value."""
    if not values:
        raise ValueError("expected at least one value, got none")
    return Spread(float(np.mean(values)), min(values), max(values))


def overlap(a: Standing, b: Standing) -> bool:
    """Whether the intervals of two classifiers meet, so that they do not settle which of the two is better."""
    if a.interval is None or b.interval is None:
        return True
    return a.interval[0] <= b.interval[1] and b.interval[0] <= a.interval[1]
