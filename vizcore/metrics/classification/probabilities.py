"""How good are scores as probabilities: Brier score, negative log-likelihood, and one temperature for all of them?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vizcore.metrics.classification.dataset import ScoreSet
from vizcore.results import FloatArray

SMALLEST = float(np.finfo(np.float64).eps)  # a probability of 0 or 1 is moved this far, so that its logarithm exists
LEAST_T, MOST_T = 0.05, 20.0


def brier(data: ScoreSet) -> float:
    """Mean squared error of the probabilities; NaN unless they are some.

    Several exclusive classes: summed over the classes (0 to 2, Brier 1950). Labels of their own: mean over the labels.
    """
    if not data.are_probabilities or not len(data):
        return float("nan")
    squares = (data.scores - data.truth) ** 2
    return float(squares.sum(axis=1).mean() if data.kind == "multiclass" else squares.mean())


def negative_log_likelihood(data: ScoreSet) -> float:
    """Mean of -log(probability of what is true), natural logarithm; NaN unless they are probabilities."""
    if not data.are_probabilities or not len(data):
        return float("nan")
    p = np.clip(data.scores, SMALLEST, 1 - SMALLEST)
    if data.kind == "multiclass":
        return float(-np.log(p[data.truth]).mean())
    return float(-np.where(data.truth, np.log(p), np.log1p(-p)).mean())


def at_temperature(data: ScoreSet, temperature: float) -> ScoreSet:
    """The probabilities softmax(z / T), where z are the logits they came from; below 1 sharper, above 1 flatter.

    The order of the classes stays, and with it every answer (Guo et al. 2017), but for scores that differ by rounding
    alone. At 1 they are as they were.
    """
    if temperature == 1:
        return data
    p = np.clip(data.scores, SMALLEST, 1 - SMALLEST)
    if data.kind == "multiclass":
        return data.with_scores(_softmax(np.log(p) / temperature))
    return data.with_scores(1 / (1 + np.exp(-(np.log(p) - np.log1p(-p)) / temperature)))


def _softmax(logits: FloatArray) -> FloatArray:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: FloatArray = powers / powers.sum(axis=1, keepdims=True)
    return shares


@dataclass(frozen=True, eq=False)
class FittedTemperature:
    """temperature, and the rows it was fitted on and those it may be judged by."""

    temperature: float
    fitted_rows: np.ndarray
    other_rows: np.ndarray


def halves(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Two random halves of the rows, sorted."""
    order = np.random.default_rng(seed).permutation(count)
    return np.sort(order[: count // 2]), np.sort(order[count // 2 :])


def fit_temperature(data: ScoreSet, seed: int = 0) -> FittedTemperature:
    """The temperature with the least negative log-likelihood on one random half of the examples."""
    from scipy.optimize import minimize_scalar

    first, second = halves(len(data), seed)
    part = data.at(first)

    def loss(log_t: float) -> float:
        return negative_log_likelihood(at_temperature(part, float(np.exp(log_t))))

    if not len(part):
        return FittedTemperature(1.0, first, second)
    found = minimize_scalar(loss, bounds=(np.log(LEAST_T), np.log(MOST_T)), method="bounded")
    return FittedTemperature(float(np.exp(found.x)), first, second)
