"""A scorer that is as good, as rare and as sure of itself as one wishes, without a model.

Positives draw an evidence x from a normal distribution around +d/2, negatives around -d/2. The honest probability is
then the logistic of d x + log(prevalence odds): calibrated by construction. Multiplying that logit makes it over- or
underconfident without changing the order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vizcore.errors import SettingOutOfRange
from vizcore.metrics.classification.dataset import BoolArray, Kind, ScoreSet
from vizcore.results import FloatArray

LIMITS: dict[str, tuple[float, float]] = {
    "examples": (2, 200_000),
    "separation": (0.0, 5.0),
    "prevalence": (0.01, 0.99),
    "confidence": (0.25, 4.0),
    "classes": (2, 6),
}
POSITIVE = "positive"
CLASS_LETTERS = "ABCDEF"


@dataclass(frozen=True)
class ScorerSettings:
    """examples: how many. separation: distance of the classes in standard deviations. prevalence: share of positives
    (of the first class where there are several; each further label of a multilabel set is rarer by a third).
    confidence: every logit times this; over 1 the scorer is surer than it should be. classes: without meaning for a
    binary question.
    """

    kind: Kind = "binary"
    examples: int = 1000
    separation: float = 1.8
    prevalence: float = 0.3
    confidence: float = 2.0
    classes: int = 3
    seed: int = 0

    def __post_init__(self) -> None:
        for name, (least, most) in LIMITS.items():
            value = getattr(self, name)
            if not least <= value <= most:
                raise SettingOutOfRange(setting=name, least=least, most=most, actual=value)


def synthetic_scores(settings: ScorerSettings) -> ScoreSet:
    """Examples and what this scorer says of them; the same seed gives the same ones, moved by the sliders alone."""
    if settings.kind == "multiclass":
        return _exclusive(settings)
    if settings.kind == "multilabel":
        columns = [_column(settings, settings.prevalence * (2 / 3) ** row, row) for row in range(settings.classes)]
        labels = tuple(CLASS_LETTERS[: settings.classes])
        scores = np.column_stack([each for each, _truth in columns])
        truth = np.column_stack([each for _scores, each in columns])
        return ScoreSet(scores, truth, labels, "multilabel")
    one, right = _column(settings, settings.prevalence, 0)
    return ScoreSet(one[:, None], right[:, None], (POSITIVE,), "binary")


def _column(settings: ScorerSettings, prevalence: float, label: int) -> tuple[FloatArray, BoolArray]:
    count = settings.examples
    places = np.random.default_rng([settings.seed, label, 0]).permutation(count)
    truth = places < round(prevalence * count)
    noise = np.random.default_rng([settings.seed, label, 1]).standard_normal(count)
    evidence = noise + settings.separation * (truth - 0.5)
    logits = settings.separation * evidence + np.log(prevalence / (1 - prevalence))
    return 1 / (1 + np.exp(-settings.confidence * logits)), truth


def _exclusive(settings: ScorerSettings) -> ScoreSet:
    count, classes = settings.examples, settings.classes
    rest = (1 - settings.prevalence) / (classes - 1)
    shares = np.array([settings.prevalence, *[rest] * (classes - 1)])
    ends = np.rint(np.cumsum(shares) * count)
    places = np.random.default_rng([settings.seed, 0, 0]).permutation(count)
    classes_of = np.minimum(np.searchsorted(ends, places, side="right"), classes - 1)
    truth = classes_of[:, None] == np.arange(classes)
    noise = np.random.default_rng([settings.seed, 0, 1]).standard_normal((count, classes))
    logits = settings.separation * (noise + settings.separation * truth) + np.log(shares)
    logits *= settings.confidence
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return ScoreSet(powers / powers.sum(axis=1, keepdims=True), truth, tuple(CLASS_LETTERS[:classes]), "multiclass")
