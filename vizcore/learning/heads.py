"""The two methods that need nothing but vectors: nearest neighbours, and a linear probe (logistic regression)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.errors import TrainingDiverged
from vizcore.results import FloatArray

Classes = NDArray[np.int64]
MOST_ITERATIONS = 200
LEAST_DEVIATION = 1e-6


@dataclass(frozen=True, eq=False)
class LinearHead:
    """weight (C, D) and bias (C,) on the vectors as the model gives them: standardising is folded in."""

    weight: FloatArray
    bias: FloatArray

    def logits(self, vectors: FloatArray) -> NDArray[np.float64]:
        """(n, D) -> (n, C)."""
        scores: NDArray[np.float64] = vectors.astype(np.float64) @ self.weight.T.astype(np.float64) + self.bias
        return scores


def softmax(logits: FloatArray) -> NDArray[np.float64]:
    """(n, C) -> rows that sum to 1."""
    powers = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return shares


def neighbour_shares(
    train: FloatArray, classes: Classes, count: int, vectors: FloatArray, neighbours: int
) -> NDArray[np.float64]:
    """(n, C): the share of each class among the `neighbours` nearest training vectors by cosine (Cover and Hart 1967).

    With fewer training vectors all of them vote. Of equally frequent classes the first one wins an argmax.
    """
    nearest = np.argsort(-(_unit(vectors) @ _unit(train).T), axis=1, kind="stable")[:, : min(neighbours, len(train))]
    votes = np.zeros((len(vectors), count))
    for place in range(nearest.shape[1]):
        votes[np.arange(len(vectors)), classes[nearest[:, place]]] += 1
    shares: NDArray[np.float64] = votes / nearest.shape[1]
    return shares


def fit_linear(
    vectors: FloatArray,
    classes: Classes,
    count: int,
    *,
    strength: float = 1.0,
    validation: tuple[FloatArray, Classes] | None = None,
) -> tuple[LinearHead, Mapping[str, tuple[float, ...]]]:
    """Multinomial logistic regression with an L2 penalty on standardised vectors, by L-BFGS.

    The bias is unpenalised, and strength is scikit-learn's C. The minimum lies in the span of the training vectors, so
    it is looked for there: min(n, D) unknowns a class instead of D. Mean and deviation come from these vectors alone.

    Returns the head and, after each iteration, `loss`, `accuracy` and, with `validation`, `validation_loss`,
    `validation_accuracy`. Errors: TrainingDiverged for vectors that are not finite.
    """
    from scipy.optimize import minimize

    x = vectors.astype(np.float64)
    mean, deviation = x.mean(axis=0), np.maximum(x.std(axis=0), LEAST_DEVIATION)
    x = (x - mean) / deviation
    if not np.isfinite(x).all():
        raise TrainingDiverged(step=0, learning_rate=0.0, loss="nan")
    basis = _span(x)  # (D, r), orthonormal columns
    held_out = None if validation is None else (((validation[0] - mean) / deviation) @ basis, validation[1])
    problem = _PenalisedLoss(x @ basis, classes, count, strength)
    curves = _Curves(problem, held_out)
    curves.note(start := np.zeros(count * (basis.shape[1] + 1)))
    options = {"maxiter": MOST_ITERATIONS, "gtol": 1e-5}
    found = minimize(problem, start, jac=True, method="L-BFGS-B", callback=curves.note, options=options).x
    inside, bias = problem.parts(found)
    weight = inside @ basis.T / deviation
    return LinearHead(weight, bias - weight @ mean), curves.values()


@dataclass(frozen=True, eq=False)
class _PenalisedLoss:
    """1/2 ||W||^2 + strength * (sum of cross entropies), and its slope, of vectors (n, r) of these classes (n,)."""

    vectors: NDArray[np.float64]
    classes: Classes
    count: int
    strength: float

    def parts(self, flat: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """W (C, r) and bias (C,) of all unknowns in one row."""
        split = self.count * self.vectors.shape[1]
        return flat[:split].reshape(self.count, -1), flat[split:]

    def __call__(self, flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weight, bias = self.parts(flat)
        shares = softmax(self.vectors @ weight.T + bias)
        rows = np.arange(len(self.classes))
        loss = -np.log(np.maximum(shares[rows, self.classes], 1e-300)).sum()
        shares[rows, self.classes] -= 1  # the slope of each row's cross entropy at its logits
        slope = [(self.strength * shares.T @ self.vectors + weight).ravel(), self.strength * shares.sum(axis=0)]
        return float(self.strength * loss + 0.5 * (weight**2).sum()), np.concatenate(slope)


class _Curves:
    """What the unknowns of each iteration say to the training vectors, and to others that are held out."""

    def __init__(self, problem: _PenalisedLoss, held_out: tuple[FloatArray, Classes] | None) -> None:
        self._problem = problem
        self._sets = {"": (problem.vectors, problem.classes)} | ({"validation_": held_out} if held_out else {})
        self._values: dict[str, list[float]] = {}

    def note(self, flat: NDArray[np.float64]) -> None:
        weight, bias = self._problem.parts(flat)
        for part, (vectors, classes) in self._sets.items():
            logits = vectors @ weight.T + bias
            right = softmax(logits)[np.arange(len(classes)), classes]
            self._add(f"{part}loss", float(-np.log(np.maximum(right, 1e-300)).mean()))
            self._add(f"{part}accuracy", float((logits.argmax(axis=1) == classes).mean()))

    def values(self) -> Mapping[str, tuple[float, ...]]:
        return {name: tuple(each) for name, each in self._values.items()}

    def _add(self, name: str, value: float) -> None:
        self._values.setdefault(name, []).append(value)


def _span(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Orthonormal columns that span the rows of x (n, D); the identity where there are as many rows as columns."""
    if len(x) >= x.shape[1]:
        return np.eye(x.shape[1])
    values, vectors = np.linalg.eigh(x @ x.T)
    kept = values > values[-1] * 1e-12
    basis: NDArray[np.float64] = x.T @ vectors[:, kept] / np.sqrt(values[kept])
    return basis


def _unit(vectors: FloatArray) -> NDArray[np.float64]:
    values = vectors.astype(np.float64)
    lengths = np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1e-12)
    unit: NDArray[np.float64] = values / lengths
    return unit
