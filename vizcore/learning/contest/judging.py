"""What does the test say to a contestant? Classifiers and detectors are asked different things."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np

from vizcore.learning.contest.contestants import Contestant
from vizcore.learning.contest.digits import CLASSES, LabelledDigits
from vizcore.learning.contest.results import ClassifierRun, ContestRun, DetectorRun

DIGITS_AT_ONCE, SCENES_AT_ONCE = 100, 10
SCENES = 200
SHOWN = 8  # scenes kept with what was found in them
LEAST = 1e-12  # probability, so that a loss stays finite


class Judge(Protocol):
    """count: digits or scenes asked. score, test_loss: of the last time it asked."""

    count: int
    score: float
    test_loss: float | None

    def ask(self) -> Iterator[None]:
        """Stands still between parts of the test."""
        ...

    def result(self, **shared: Any) -> ContestRun: ...


def judge_for(row: Contestant, learner: Any, test: LabelledDigits) -> Judge:
    """The one for this kind of contestant."""
    return ClassifierJudge(learner, test) if row.kind == "classifier" else DetectorJudge(learner, test)


class ClassifierJudge:
    """Probabilities of every test digit."""

    def __init__(self, learner: Any, test: LabelledDigits) -> None:
        self._learner, self._test = learner, test
        self.count, self.score = len(test), 0.0
        self.test_loss: float | None = None
        self._probabilities = np.full((len(test), CLASSES), 1 / CLASSES)

    def ask(self) -> Iterator[None]:
        for first in range(0, self.count, DIGITS_AT_ONCE):
            part = slice(first, first + DIGITS_AT_ONCE)
            self._probabilities[part] = self._learner.probabilities(self._test.pictures[part])
            yield
        self._probabilities = np.nan_to_num(self._probabilities, nan=1 / CLASSES)
        self._sureness = self._probabilities[np.arange(self.count), self._test.labels]
        self.score = float((self._probabilities.argmax(1) == self._test.labels).mean())
        self.test_loss = float(-np.log(np.maximum(self._sureness, LEAST)).mean())

    def result(self, **shared: Any) -> ClassifierRun:
        return ClassifierRun(
            **shared,
            answers=self._probabilities.argmax(1).astype(np.int64),
            labels=self._test.labels,
            sureness=self._sureness,
            test_loss=self.test_loss or 0.0,
        )


class DetectorJudge:
    """Boxes in scenes made of test digits, the same for every detector and seed."""

    test_loss: float | None = None

    def __init__(self, learner: Any, test: LabelledDigits) -> None:
        from vizcore.learning.contest.scenes import scenes_for_test

        self._learner = learner
        self._scenes = scenes_for_test(test, SCENES)
        self.count, self.score, self._ap50 = len(self._scenes), 0.0, 0.0
        self._found: list[Any] = []

    def ask(self) -> Iterator[None]:
        from vizcore.learning.contest.detector import mean_average_precision

        found: list[Any] = []
        for first in range(0, self.count, SCENES_AT_ONCE):
            found += self._learner.detect(self._scenes[first : first + SCENES_AT_ONCE])
            yield
        self.score, self._ap50 = mean_average_precision(self._scenes, found)
        self._found = found[:SHOWN]

    def result(self, **shared: Any) -> DetectorRun:
        rows = [
            (place, *box, score, digit)
            for place, each in enumerate(self._found)
            for box, score, digit in zip(each["boxes"], each["scores"], each["labels"], strict=True)
        ]
        return DetectorRun(
            **shared,
            mean_ap=self.score,
            ap50=self._ap50,
            scenes=np.stack([each.picture for each in self._scenes[:SHOWN]]),
            found=np.array(rows, np.float64).reshape(-1, 7),
        )
