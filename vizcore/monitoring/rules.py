"""What does the product do with a detector's boxes? Rules on places, sizes and counts, kept apart from the model.

The boxes stay as the model gave them; a rule only says of each whether it counts, and of the photo what is to be done:
accept, let a person look (a box that is neither sure nor unlikely could change the verdict), or raise an alert.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from vizcore.results import BoxSet

Verdict = Literal["accept", "review", "alert"]
Reason = Literal["counts", "unsure", "score", "class", "place", "size"]


@dataclass(frozen=True)
class BusinessRule:
    """label: the class that counts, "" for any. region: x0, y0, x1, y1 as shares of the photo; a box belongs to it by
    its centre. least_area: share of the photo that a box must cover. fewest, most: how many may be there.

    low, high: under `low` a score counts for nothing, from `high` on a box is sure.
    """

    label: str = ""
    region: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    least_area: float = 0.0
    fewest: int = 0
    most: int = 10
    low: float = 0.25
    high: float = 0.5

    def __post_init__(self) -> None:
        x0, y0, x1, y1 = self.region
        if not (0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1):
            raise ValueError(f"expected a region within the photo, got {self.region}")
        if not (0 <= self.low <= self.high <= 1 and 0 <= self.fewest <= self.most):
            raise ValueError(f"expected low <= high and fewest <= most, got {self}")


@dataclass(frozen=True)
class Outcome:
    """reasons: of each box, in their order. sure, possible: boxes that count, without and with the unsure ones."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    sure: int
    possible: int


def decide(boxes: BoxSet, rule: BusinessRule) -> Outcome:
    """The verdict on a photo.

    Alert: whatever the unsure boxes are, the count lies outside. Review: it depends on them. Accept: it lies inside.
    """
    reasons = tuple(_reason(boxes, place, rule) for place in range(len(boxes)))
    sure, unsure = reasons.count("counts"), reasons.count("unsure")
    inside = [rule.fewest <= count <= rule.most for count in range(sure, sure + unsure + 1)]
    verdict: Verdict = "accept" if all(inside) else "review" if any(inside) else "alert"
    return Outcome(verdict, reasons, sure, sure + unsure)


def _reason(boxes: BoxSet, place: int, rule: BusinessRule) -> Reason:
    if rule.label and boxes.labels[int(boxes.class_ids[place])] != rule.label:
        return "class"
    width, height = boxes.size_wh
    x0, y0, x1, y1 = np.asarray(boxes.boxes_xyxy[place], np.float64) / (width, height, width, height)
    across, down = (x0 + x1) / 2, (y0 + y1) / 2
    left, top, right, bottom = rule.region
    if not (left <= across <= right and top <= down <= bottom):
        return "place"
    if (x1 - x0) * (y1 - y0) < rule.least_area:
        return "size"
    score = float(boxes.scores[place])
    return "counts" if score >= rule.high else "unsure" if score >= rule.low else "score"
