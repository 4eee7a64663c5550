"""Do two samples come from one distribution? Tests with the effect beside p, and a correction for testing often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.errors import SampleTooSmall
from vizcore.results import FloatArray

FEWEST = 20  # of each sample; with fewer, only a change that everybody sees would be found
ALPHA = 0.05
LEAST_EFFECT = 0.2  # Cliff's delta and D under which a difference does not matter, however small p is
PERMUTATIONS = 200


@dataclass(frozen=True)
class PropertyDrift:
    """statistic: Kolmogorov-Smirnov's D. effect: Cliff's delta in [-1, 1], over 0 where the second sample is larger.

    p: of the test; corrected: by Holm over all properties. drifted: corrected p under 5 % and a size of 0.2 or more.
    """

    name: str
    statistic: float
    effect: float
    p: float
    corrected: float
    drifted: bool

    @property
    def size(self) -> float:
        """The larger of D and the effect's amount: a change of spread has a D, and an effect near 0."""
        return max(abs(self.effect), self.statistic)


def expect_enough(first: int, second: int) -> None:
    """SampleTooSmall under FEWEST photos on either side."""
    if min(first, second) < FEWEST:
        raise SampleTooSmall(needed=FEWEST, given=min(first, second))


def compare_properties(first: dict[str, FloatArray], second: dict[str, FloatArray]) -> tuple[PropertyDrift, ...]:
    """Kolmogorov-Smirnov for each property of both, Holm's correction over all. Errors: SampleTooSmall.

    A property without any variation on both sides is equal by definition (p = 1).
    """
    from scipy.stats import ks_2samp

    rows = []
    for name in first:
        a, b = np.asarray(first[name], np.float64), np.asarray(second[name], np.float64)
        expect_enough(len(a), len(b))
        if np.ptp(np.concatenate([a, b])) == 0:
            rows.append((name, 0.0, 0.0, 1.0))
            continue
        found = ks_2samp(a, b)
        rows.append((name, float(found.statistic), cliffs_delta(a, b), float(found.pvalue)))
    corrected = holm([row[3] for row in rows])
    return tuple(
        PropertyDrift(name, statistic, effect, p, q, q < ALPHA and max(abs(effect), statistic) >= LEAST_EFFECT)
        for (name, statistic, effect, p), q in zip(rows, corrected, strict=True)
    )


def cliffs_delta(first: FloatArray, second: FloatArray) -> float:
    """P(second > first) - P(second < first), ties counted as neither (Cliff 1993)."""
    from scipy.stats import rankdata

    both = np.concatenate([first, second])
    ranks = rankdata(both)[len(first) :].sum()
    wins = ranks - len(second) * (len(second) + 1) / 2  # Mann-Whitney's U, ties half
    return float(2 * wins / (len(first) * len(second)) - 1)


def holm(p_values: Sequence[float]) -> list[float]:
    """p values that may be compared with 5 % although several were made (Holm 1979)."""
    order = np.argsort(p_values)
    corrected = np.zeros(len(p_values))
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[int(place)]))
        corrected[place] = highest
    return [float(value) for value in corrected]


@dataclass(frozen=True)
class EmbeddingDrift:
    """mmd2: squared maximum mean discrepancy, unbiased, so it may be a little under 0. p: by permutation.

    auc: how well a classifier tells the samples apart on vectors it has not seen (0.5: not at all), its p by
    permutation. drifted: Holm over both p under 5 %, and an AUC of 0.6 or more.
    """

    mmd2: float
    mmd_p: float
    auc: float
    auc_p: float
    drifted: bool


LEAST_AUC = 0.6


def compare_embeddings(first: FloatArray, second: FloatArray, *, seed: int = 0) -> EmbeddingDrift:
    """first (n, D), second (m, D). Errors: SampleTooSmall."""
    expect_enough(len(first), len(second))
    mmd, mmd_p = mmd_test(first, second, seed=seed)
    auc, auc_p = classifier_test(first, second, seed=seed)
    corrected = min(holm([mmd_p, auc_p]))
    return EmbeddingDrift(mmd, mmd_p, auc, auc_p, corrected < ALPHA and auc >= LEAST_AUC)


def mmd_test(first: FloatArray, second: FloatArray, *, seed: int = 0) -> tuple[float, float]:
    """(MMD^2 unbiased, p) with a Gaussian kernel whose width is the median distance (Gretton et al. 2012, eq. 3).

    p: share of PERMUTATIONS shuffled assignments that are as far apart, the observed one counted among them.
    """
    kernel = gaussian_kernel(np.concatenate([first, second]).astype(np.float64))
    count, rng = len(first), np.random.default_rng(seed)
    observed = mmd2_of(kernel, np.arange(len(kernel)) < count)
    shuffled = [mmd2_of(kernel, rng.permutation(len(kernel)) < count) for _ in range(PERMUTATIONS)]
    return observed, float((1 + sum(each >= observed for each in shuffled)) / (1 + PERMUTATIONS))


def gaussian_kernel(vectors: FloatArray) -> FloatArray:
    """(N, N): exp(-d^2 / (2 s^2)), s the median distance between different vectors (1 where all are equal)."""
    squares = (vectors**2).sum(axis=1)
    distances = np.maximum(squares[:, None] + squares[None, :] - 2 * vectors @ vectors.T, 0.0)
    np.fill_diagonal(distances, 0.0)
    off = distances[np.triu_indices(len(vectors), 1)]
    width = float(np.median(off)) if len(off) else 0.0
    return np.asarray(np.exp(-distances / (2 * (width or 1.0))))


def mmd2_of(kernel: FloatArray, in_first: np.ndarray) -> float:
    """Unbiased MMD^2 of an assignment (N,) bool, its diagonal left out."""
    n, m = int(in_first.sum()), int((~in_first).sum())
    within_first = (kernel[np.ix_(in_first, in_first)].sum() - n) / (n * (n - 1))
    within_second = (kernel[np.ix_(~in_first, ~in_first)].sum() - m) / (m * (m - 1))
    between = kernel[np.ix_(in_first, ~in_first)].mean()
    return float(within_first + within_second - 2 * between)


def classifier_test(first: FloatArray, second: FloatArray, *, seed: int = 0) -> tuple[float, float]:
    """(AUC, p) of a ridge classifier, each vector scored by one that has not seen it (five folds).

    Classifier two-sample test (Lopez-Paz and Oquab 2017), by ranks instead of right answers. Scores of different folds
    depend on one another, so p is the share of PERMUTATIONS shuffles within the folds that are told apart as well, the
    observed one counted among them.
    """
    from sklearn.model_selection import StratifiedKFold

    vectors = np.concatenate([first, second]).astype(np.float64)
    truth = np.arange(len(vectors)) >= len(first)
    folds = [held for _, held in StratifiedKFold(5, shuffle=True, random_state=seed).split(vectors, truth)]
    scoring, rng = scoring_matrix(vectors, folds), np.random.default_rng(seed)
    observed = _auc(scoring @ truth, truth)
    shuffled = [_auc(scoring @ each, each) for each in (_within(truth, folds, rng) for _ in range(PERMUTATIONS))]
    return observed, float((1 + sum(each >= observed for each in shuffled)) / (1 + PERMUTATIONS))


def scoring_matrix(vectors: FloatArray, folds: Sequence[NDArray[np.int64]]) -> FloatArray:
    """(N, N): times the labels (N,), the score of each vector by a ridge regression on the other folds.

    Columns are standardised on the others; the penalty is as large as a vector's mean squared length then.
    """
    scoring = np.zeros((len(vectors), len(vectors)))
    for held in folds:
        rest = np.setdiff1d(np.arange(len(vectors)), held)
        mean, deviation = vectors[rest].mean(axis=0), vectors[rest].std(axis=0)
        scaled = (vectors - mean) / np.where(deviation > 0, deviation, 1.0)
        kernel = scaled[rest] @ scaled[rest].T
        penalty = float(np.trace(kernel)) / len(rest) or 1.0
        weights = np.linalg.solve(kernel + penalty * np.eye(len(rest)), scaled[rest] @ scaled[held].T).T
        scoring[np.ix_(held, rest)] = weights - weights.mean(axis=1, keepdims=True)  # of labels less their mean
    return scoring


def _within(
    truth: NDArray[np.bool_], folds: Sequence[NDArray[np.int64]], rng: np.random.Generator
) -> NDArray[np.bool_]:
    shuffled = truth.copy()
    for held in folds:
        shuffled[held] = rng.permutation(truth[held])
    return shuffled


def _auc(scores: FloatArray, truth: NDArray[np.bool_]) -> float:
    from scipy.stats import rankdata

    count = int(truth.sum())
    wins = rankdata(scores)[truth].sum() - count * (count + 1) / 2
    return float(wins / (count * (len(truth) - count)))
