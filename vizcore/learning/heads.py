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

    Minimises 1/2 ||W||^2 + strength * (sum of cross entropies), the bias unpenalised: scikit-learn's objective with
    C = strength. The minimum lies in the span of the training vectors, so it is looked for there: min(n, D)
    unknowns a class instead of D. Mean and deviation come from these vectors alone.

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
    inside, rank = x @ basis, basis.shape[1]
    valid = None if validation is None else (((validation[0] - mean) / deviation) @ basis, validation[1])
    curves: dict[str, list[float]] = {}

    def objective(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weight, bias = flat[: count * rank].reshape(count, rank), flat[count * rank :]
        shares = softmax(inside @ weight.T + bias)
        loss = -np.log(np.maximum(shares[np.arange(len(classes)), classes], 1e-300)).sum()
        shares[np.arange(len(classes)), classes] -= 1
        slope = np.concatenate([(strength * shares.T @ inside + weight).ravel(), strength * shares.sum(axis=0)])
        return float(strength * loss + 0.5 * (weight**2).sum()), slope

    def note(flat: NDArray[np.float64]) -> None:
        weight, bias = flat[: count * rank].reshape(count, rank), flat[count * rank :]
        _note(curves, "", inside @ weight.T + bias, classes)
        if valid is not None:
            _note(curves, "validation_", valid[0] @ weight.T + bias, valid[1])

    start = np.zeros(count * (rank + 1))
    note(start)
    options = {"maxiter": MOST_ITERATIONS, "gtol": 1e-5}
    found = minimize(objective, start, jac=True, method="L-BFGS-B", callback=note, options=options).x
    weight = found[: count * rank].reshape(count, rank) @ basis.T / deviation
    head = LinearHead(weight, found[count * rank :] - weight @ mean)
    return head, {name: tuple(values) for name, values in curves.items()}


def _note(curves: dict[str, list[float]], part: str, logits: NDArray[np.float64], classes: Classes) -> None:
    shares = softmax(logits)[np.arange(len(classes)), classes]
    curves.setdefault(f"{part}loss", []).append(float(-np.log(np.maximum(shares, 1e-300)).mean()))
    curves.setdefault(f"{part}accuracy", []).append(float((logits.argmax(axis=1) == classes).mean()))


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
