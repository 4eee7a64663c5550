"""Operations that learn from vectors alone: nearest neighbours, linear probe, and how both grow with the photos."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vizcore.learning.heads import LinearHead, fit_linear, neighbour_shares, softmax
from vizcore.learning.judged import Taught
from vizcore.learning.split import PART_NAMES, TEST, TRAIN, VALIDATION
from vizcore.provenance import versions
from vizcore.results import FloatArray, Provenance, Result, expect_shape

NEIGHBOURS = 5
CURVE_SIZES = (5, 10, 20, 50)
DRAWS = 5


@dataclass(frozen=True, eq=False)
class ProbeTask:
    """vectors (n, D) of `backbone`, classes (n,) into labels, parts (n,) as in a Split.

    neighbours: that vote in "knn". strength: of the data against the penalty in "linear" (scikit-learn's C).
    """

    vectors: FloatArray
    classes: NDArray[np.int64]
    parts: NDArray[np.int8]
    labels: tuple[str, ...]
    method: Literal["knn", "linear"]
    backbone: str
    weights_sha256: str = ""
    photos_sha256: tuple[str, ...] = ()
    neighbours: int = NEIGHBOURS
    strength: float = 1.0

    def of(self, part: int) -> tuple[FloatArray, NDArray[np.int64]]:
        """Vectors and classes of one part."""
        rows = self.parts == part
        return self.vectors[rows], self.classes[rows]


def learn_probe(model: object, photo: object, settings: ProbeTask) -> Taught:
    """Learns from the train part, answers for validation and test. Needs no model and no photo."""
    started = time.perf_counter()
    (train, classes), held, (test, truth) = (settings.of(part) for part in (TRAIN, VALIDATION, TEST))
    if settings.method == "linear":
        known = held if len(held[0]) else None
        head, curves = fit_linear(train, classes, len(settings.labels), strength=settings.strength, validation=known)
        seconds = time.perf_counter() - started
        answers = [softmax(head.logits(each)) for each in (test, held[0])]
        parameters = {"weight": head.weight.astype(np.float32), "bias": head.bias.astype(np.float32)}
    else:
        count, curves = len(settings.labels), {}
        seconds = time.perf_counter() - started
        answers = [neighbour_shares(train, classes, count, each, settings.neighbours) for each in (test, held[0])]
        parameters = {"vectors": np.asarray(train, np.float32), "classes": classes.astype(np.float32)}
    return Taught(
        _provenance("learn_probe", settings),
        method=settings.method,
        backbone=settings.backbone,
        labels=settings.labels,
        rows=np.flatnonzero(settings.parts == TEST),
        truth=truth,
        probabilities=answers[0],
        validation_truth=held[1],
        validation_probabilities=answers[1],
        counts={name: int((settings.parts == part).sum()) for part, name in enumerate(PART_NAMES)},
        curves=curves,
        best=max(0, len(curves.get("loss", ())) - 1),
        parameters=parameters,
        seconds=seconds,
    )


@dataclass(frozen=True, eq=False)
class LearningCurve(Result):
    """accuracies (S, draws) on the same test set after learning from `sizes` photos a class; the last size is all."""

    method: str
    sizes: tuple[int, ...]
    accuracies: FloatArray
    tested: int

    def validate(self) -> None:
        expect_shape("accuracies", self.accuracies, (len(self.sizes), None))


@dataclass(frozen=True, eq=False)
class CurveTask:
    """task: what is learnt. draws: random choices of the photos for each size, at least 1."""

    task: ProbeTask
    draws: int = DRAWS
    seed: int = 0


def learning_curve(model: object, photo: object, settings: CurveTask) -> LearningCurve:
    """Accuracy over the number of training photos a class: 5, 10, 20, 50 as far as the largest class has more, then
    all. A class that has fewer gives what it has. The test set stays the same."""
    task = settings.task
    train, classes = task.of(TRAIN)
    test, truth = task.of(TEST)
    most = int(np.bincount(classes, minlength=len(task.labels)).max())
    sizes = [size for size in CURVE_SIZES if size < most] + [most]
    random = np.random.default_rng(settings.seed)
    accuracies = np.empty((len(sizes), settings.draws))
    for place, size in enumerate(sizes):
        for draw in range(settings.draws if size < most else 1):  # all photos can be drawn in one way only
            rows = _drawn(random, classes, size)
            answers = _answers(task, train[rows], classes[rows], test)
            accuracies[place, draw:] = float((answers.argmax(axis=1) == truth).mean())
    return LearningCurve(_provenance("learning_curve", task), task.method, tuple(sizes), accuracies, len(truth))


def _drawn(random: np.random.Generator, classes: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    rows = [random.permutation(np.flatnonzero(classes == place))[:size] for place in np.unique(classes)]
    return np.sort(np.concatenate(rows))


def _answers(
    task: ProbeTask, train: FloatArray, classes: NDArray[np.int64], vectors: FloatArray
) -> NDArray[np.float64]:
    count = len(task.labels)
    if task.method == "knn":
        return neighbour_shares(train, classes, count, vectors, task.neighbours)
    return fit_linear(train, classes, count, strength=task.strength)[0].logits(vectors)


def head_of(taught: Taught) -> LinearHead:
    """The linear head that a probe has learnt. KeyError for another method."""
    return LinearHead(taught.parameters["weight"], taught.parameters["bias"])


def _provenance(operation: str, task: ProbeTask) -> Provenance:
    chosen = {"method": task.method, "neighbours": task.neighbours, "strength": task.strength}
    return Provenance(
        operation=operation,
        model=task.backbone,
        weights_sha256=task.weights_sha256,
        photos_sha256=task.photos_sha256,
        settings=chosen,
        versions=versions(),
    )
