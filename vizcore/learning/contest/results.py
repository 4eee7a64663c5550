"""What did one run of one contestant come to?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vizcore.metrics.classification.averages import averaged, class_counts
from vizcore.metrics.proportion import wilson_interval
from vizcore.results import SCHEMA, FloatArray, Result, expect_shape, to_plain

Regime = Literal["time", "epochs"]
Clock = Literal["cpu", "wall"]
CLASSES = 10


@dataclass(frozen=True)
class Look:
    """The test digits asked on the way. seconds, epochs: of training until then; train_loss: mean since the last look.

    score: accuracy of a classifier, mAP of a detector. test_loss: of a classifier, None for a detector.
    """

    seconds: float
    epochs: float
    train_loss: float
    score: float
    test_loss: float | None = None


@dataclass(frozen=True, eq=False)
class ContestRun(Result):
    """What classifiers and detectors share. regime, budget: seconds on `clock`, or epochs. seconds: spent on training
    alone, without looks and loading. start: `imagenet` or `noise`. train_count, test_count: digits, or scenes in a
    detector's test. inference_ms: for one digit (or scene), in batches. complete: False where it was stopped.
    diverged: the loss was no number. weights: empty where they are too large to keep.
    """

    contestant: str
    regime: Regime
    budget: float
    clock: Clock
    seed: int
    start: str
    parameters: int
    source: str
    train_count: int
    test_count: int
    seconds: float
    epochs: float
    inference_ms: float
    looks: tuple[Look, ...]
    complete: bool
    diverged: bool
    weights: Mapping[str, FloatArray] = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        """Without the weights, which have files of their own."""
        content = {each.name: to_plain(getattr(self, each.name)) for each in fields(self) if each.name != "weights"}
        return {"schema": SCHEMA, "kind": type(self).__name__, **content}


@dataclass(frozen=True, eq=False)
class ClassifierRun(ContestRun):
    """answers, labels (n,) of the test digits; sureness (n,): the probability given to the true class."""

    answers: NDArray[np.int64]
    labels: NDArray[np.int64]
    sureness: FloatArray
    test_loss: float

    def validate(self) -> None:
        expect_shape("answers", self.answers, (len(self.labels),))
        expect_shape("sureness", self.sureness, (len(self.labels),))

    @property
    def right(self) -> int:
        """Test digits answered rightly."""
        return int((self.answers == self.labels).sum())

    @property
    def accuracy(self) -> float:
        return self.right / len(self.labels) if len(self.labels) else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """95 %, Wilson."""
        return wilson_interval(self.right, len(self.labels))

    @property
    def macro_f1(self) -> float:
        """Mean F1 of the ten classes; 0 for a class that is never answered."""
        digits = np.arange(CLASSES)
        counts = class_counts(self.labels[:, None] == digits, self.answers[:, None] == digits)
        return averaged(counts, "macro").f1

    @property
    def confusion(self) -> NDArray[np.int64]:
        """(10, 10): rows the truth, columns the answer."""
        table = np.zeros((CLASSES, CLASSES), np.int64)
        np.add.at(table, (self.labels, self.answers), 1)
        return table

    def hardest(self, count: int) -> NDArray[np.int64]:
        """Places of the test digits whose true class got the least probability, hardest first."""
        return np.argsort(self.sureness, kind="stable")[:count].astype(np.int64)


@dataclass(frozen=True, eq=False)
class DetectorRun(ContestRun):
    """mean_ap: over IoU .50 to .95; ap50: at .50; both as pycocotools counts, in [0, 1].

    scenes (k, 128, 128): some of the test's, to be looked at; found (n, 7): what was found in them, a row of place in
    scenes, x0, y0, x1, y1, score, digit. Both are empty for recorded runs.
    """

    mean_ap: float
    ap50: float
    scenes: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((0, 128, 128), np.uint8))
    found: FloatArray = field(default_factory=lambda: np.zeros((0, 7)))

    def validate(self) -> None:
        expect_shape("scenes", self.scenes, (None, 128, 128))
        expect_shape("found", self.found, (None, 7))


def wrong_counts(runs: Sequence[ClassifierRun]) -> NDArray[np.int64]:
    """How many of the runs, at least one, answer each test digit wrongly, (n,)."""
    wrong: NDArray[np.int64] = np.sum([run.answers != run.labels for run in runs], axis=0).astype(np.int64)
    return wrong


def hardest(wrong: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """The digits that most runs got wrong, at most so many, the worst first; none that nobody got wrong."""
    order = np.argsort(-wrong, kind="stable")[:most]
    return order[wrong[order] > 0]
