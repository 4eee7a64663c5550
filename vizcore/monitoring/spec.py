"""From what errors cost to a rule: accept, let a person look, or reject.

With p the probability that a case is positive, U = gain - lambda * cost - mu * risk gives for each action
    accept:  p * gain - (1 - p) * lambda * false_positive
    reject:  -p * mu * false_negative
    review:  -review
and the best action at each p is a rule with at most two thresholds. p must be calibrated, or the thresholds are not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vizcore.i18n import N_
from vizcore.results import FloatArray

# Use case -> (metric, why), as the course teaches it.
USE_CASES: dict[str, tuple[str, str]] = {
    "inspection": ("IoU", N_("Inspection: where exactly is the defect, and is any missed?")),
    "retail": ("MOTA, IDF1", N_("Retail counting: is each object followed under one number?")),
    "documents": ("CER, WER", N_("Documents: are the fields exactly right (total, date, IBAN)?")),
    "medicine": ("Dice", N_("Medicine: how much of the organ or lesion is covered?")),
    "security": ("ROC-AUC", N_("Security: how well are the two kinds told apart at every threshold?")),
    "anomaly": ("PR-AUC", N_("Anomaly: among rare cases, how many alarms are right? Chance gives the prevalence.")),
}


@dataclass(frozen=True)
class Costs:
    """All in one unit, at or above 0. weight_cost (lambda), weight_risk (mu): how much more an error counts."""

    gain: float = 1.0
    false_positive: float = 1.0
    false_negative: float = 5.0
    review: float = 0.5
    weight_cost: float = 1.0
    weight_risk: float = 1.0

    def __post_init__(self) -> None:
        wrong = {name: value for name, value in vars(self).items() if not (np.isfinite(value) and value >= 0)}
        if wrong:
            raise ValueError(f"expected finite costs of at least 0, got {wrong}")


@dataclass(frozen=True)
class Rule:
    """Reject under `low`, accept from `high` on, review between them; low = high where nobody has to look."""

    low: float
    high: float

    def action(self, probability: float) -> str:
        """What to do with a case."""
        if probability >= self.high:
            return "accept"
        return "review" if probability >= self.low else "reject"


def utilities(costs: Costs, probabilities: FloatArray) -> dict[str, FloatArray]:
    """{action: (n,)} expected utility at each probability."""
    p = np.asarray(probabilities, np.float64)
    return {
        "reject": -p * costs.weight_risk * costs.false_negative,
        "review": np.full_like(p, -costs.review),
        "accept": p * costs.gain - (1 - p) * costs.weight_cost * costs.false_positive,
    }


def rule_for(costs: Costs) -> Rule:
    """Where the lines of utility cross. Review is left out where it is never the best."""
    loss, miss = costs.weight_cost * costs.false_positive, costs.weight_risk * costs.false_negative
    slope = costs.gain + loss
    direct = loss / (slope + miss) if slope + miss else 0.5  # accept = reject
    from_review = (loss - costs.review) / slope if slope else 0.0  # accept = review
    to_review = costs.review / miss if miss else 1.0  # review = reject
    if to_review < from_review:
        return Rule(_share(to_review), _share(from_review))
    return Rule(_share(direct), _share(direct))


def _share(value: float) -> float:
    return float(min(1.0, max(0.0, value)))
