"""Small sets of scores for tests: the golden one of three classes, and random ones with ties and empty classes."""

from __future__ import annotations

import numpy as np

from vizcore.metrics.classification.dataset import Kind, ScoreSet

GOLDEN_P = [
    [0.72, 0.18, 0.10],
    [0.42, 0.51, 0.07],
    [0.12, 0.79, 0.09],
    [0.21, 0.28, 0.51],
    [0.61, 0.31, 0.08],
    [0.11, 0.22, 0.67],
    [0.29, 0.45, 0.26],
    [0.05, 0.16, 0.79],
    [0.83, 0.12, 0.05],
    [0.66, 0.25, 0.09],
]
GOLDEN_Y = [0, 0, 1, 2, 1, 2, 2, 1, 0, 0]


def exclusive(scores: list[list[float]], truth: list[int]) -> ScoreSet:
    array = np.array(scores, float).reshape(len(truth), -1)
    labels = tuple("abcdefgh"[: array.shape[1]])
    return ScoreSet(array, np.array(truth)[:, None] == np.arange(array.shape[1]), labels, "multiclass")


def golden() -> ScoreSet:
    return exclusive(GOLDEN_P, GOLDEN_Y)


def binary(truth: list[int], scores: list[float]) -> ScoreSet:
    return ScoreSet(np.array(scores, float)[:, None], np.array(truth, bool)[:, None], ("cat",), "binary")


def random_set(seed: int, kind: Kind) -> ScoreSet:
    """Scores on a coarse grid, so that some are equal; sometimes a class is absent."""
    draws = np.random.default_rng(seed)
    count, classes = int(draws.integers(2, 40)), int(draws.integers(2, 5))
    if kind == "binary":
        classes = 1
    scores = np.round(draws.random((count, classes)), 1 if seed % 2 else 6)
    if kind == "multiclass":
        scores = (scores + 0.05) / (scores + 0.05).sum(axis=1, keepdims=True)
        truth = draws.integers(0, classes, count)[:, None] == np.arange(classes)
    else:
        truth = draws.random((count, classes)) < 0.4
    return ScoreSet(scores, truth, tuple("abcdefgh"[:classes]), kind)
