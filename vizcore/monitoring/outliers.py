"""Which photos does a model not know? Scores that are higher the stranger a photo is, and how well they tell.

By one convention: higher = more out of distribution. Maximum probability (Hendrycks and Gimpel 2017), energy (Liu et
al. 2020), distance to the nearest known vectors (Sun et al. 2022).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vizcore.errors import SampleTooSmall
from vizcore.i18n import N_
from vizcore.results import FloatArray

NEIGHBOURS = 5
RECALL = 0.95
FEWEST = 20


def max_probability(logits: FloatArray) -> FloatArray:
    """logits (n, C) -> (n,): minus the largest probability."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(-1.0 / np.exp(shifted).sum(axis=1))


def energy(logits: FloatArray) -> FloatArray:
    """logits (n, C) -> (n,): minus log-sum-exp."""
    highest = logits.max(axis=1)
    return np.asarray(-(highest + np.log(np.exp(logits - highest[:, None]).sum(axis=1))))


def neighbour_distance(known: FloatArray, vectors: FloatArray, *, itself: bool = False) -> FloatArray:
    """(n,): Euclidean distance of each unit vector to its k-th nearest known one. itself: vectors are the known ones,
    so that the nearest is left out."""
    a, b = _unit(vectors), _unit(known)
    distances = np.sqrt(np.maximum(2 - 2 * a @ b.T, 0))
    if itself:
        np.fill_diagonal(distances, np.inf)
    place = min(NEIGHBOURS, distances.shape[1] - (1 if itself else 0)) - 1
    return np.asarray(np.sort(distances, axis=1)[:, place])


def _unit(vectors: FloatArray) -> FloatArray:
    values = np.asarray(vectors, np.float64)
    return np.asarray(values / np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1e-12))


@dataclass(frozen=True, eq=False)
class OutlierScore:
    """known (n,), strange (m,): the score of each photo of both sets. auroc: 0.5 tells nothing. fpr95: share of strange
    photos still accepted where 95 % of the known ones are. aupr: its baseline is `prevalence`, the share of strange."""

    name: str
    known: FloatArray
    strange: FloatArray
    auroc: float
    fpr95: float
    aupr: float
    prevalence: float


def judge(name: str, known: FloatArray, strange: FloatArray) -> OutlierScore:
    """How well a score tells the two sets apart. Errors: SampleTooSmall."""
    if min(len(known), len(strange)) < FEWEST:
        raise SampleTooSmall(needed=FEWEST, given=min(len(known), len(strange)))
    limit = np.quantile(known, RECALL, method="inverted_cdf")  # so that at least 95 % are accepted
    return OutlierScore(
        name,
        known,
        strange,
        auroc(known, strange),
        float((strange <= limit).mean()),
        average_precision(known, strange),
        len(strange) / (len(known) + len(strange)),
    )


def auroc(known: FloatArray, strange: FloatArray) -> float:
    """P(a strange photo scores higher than a known one), ties half."""
    from scipy.stats import rankdata

    ranks = rankdata(np.concatenate([known, strange]))[len(known) :].sum()
    return float((ranks - len(strange) * (len(strange) + 1) / 2) / (len(known) * len(strange)))


def average_precision(known: FloatArray, strange: FloatArray) -> float:
    """Area under precision over recall, strange photos positive, as a sum over the distinct scores."""
    scores = np.concatenate([known, strange])
    truth = np.concatenate([np.zeros(len(known)), np.ones(len(strange))])
    order = np.argsort(-scores, kind="stable")
    hits, seen = np.cumsum(truth[order]), np.arange(1, len(scores) + 1)
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    recall = np.concatenate([[0.0], hits[ends] / len(strange)])
    return float((np.diff(recall) * (hits[ends] / seen[ends])).sum())


def at_prevalence(found: OutlierScore, share: float) -> float:
    """The average precision that the same scores would have if strange photos were this share of all.

    Each false alarm counts as many times as the known photos would then be more: precision at a threshold with recall r
    and false positive rate f is s r / (s r + (1 - s) f).
    """
    if not 0 < share < 1:
        raise ValueError(f"expected a share in (0, 1), got {share}")
    thresholds = np.unique(np.concatenate([found.known, found.strange]))[::-1]
    recall = np.array([(found.strange >= each).mean() for each in thresholds])
    false = np.array([(found.known >= each).mean() for each in thresholds])
    precision = share * recall / np.maximum(share * recall + (1 - share) * false, 1e-300)
    return float((np.diff(np.concatenate([[0.0], recall])) * precision).sum())


Scorer = Callable[[FloatArray, FloatArray, FloatArray, FloatArray], tuple[FloatArray, FloatArray]]
SCORES: dict[str, tuple[str, Scorer]] = {
    "max_probability": (
        N_("Maximum probability"),
        lambda known_logits, logits, known, vectors: (max_probability(known_logits), max_probability(logits)),
    ),
    "energy": (N_("Energy"), lambda known_logits, logits, known, vectors: (energy(known_logits), energy(logits))),
    "distance": (
        N_("Distance in features"),
        lambda known_logits, logits, known, vectors: (
            neighbour_distance(known, known, itself=True),
            neighbour_distance(known, vectors),
        ),
    ),
}


def score_all(
    known_logits: FloatArray, logits: FloatArray, known: FloatArray, vectors: FloatArray
) -> tuple[OutlierScore, ...]:
    """Every score that these arrays allow (no logits: distance alone)."""
    names = SCORES if known_logits.shape[1] else {"distance": SCORES["distance"]}
    return tuple(judge(name, *each[1](known_logits, logits, known, vectors)) for name, each in names.items())
