"""What does a DETR's matching weigh: settings of each family, the costs of a class, the terms of the loss.

The focal cost is Deformable DETR's (Zhu et al. 2021), the varifocal loss RT-DETR's (Zhao et al. 2023), the softmax ones
DETR's (Carion et al. 2020).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.results import FloatArray

LEAST_PROBABILITY = 1e-12  # below it a logarithm is cut off

Ids = NDArray[np.integer]


@dataclass(frozen=True)
class MatchingSettings:
    """class_weight, l1_weight, giou_weight: of the three costs, and of the three terms of the loss but for the class
    term's own weight `class_loss_weight`.

    class_cost, class_loss: keys of `CLASS_COSTS` and `CLASS_LOSSES`. alpha, gamma: of the focal cost; loss_alpha: of
    the focal or varifocal loss. no_object_weight: of queries without an object in the softmax loss.
    """

    class_cost: str = "softmax"
    class_loss: str = "softmax"
    class_weight: float = 1.0
    l1_weight: float = 5.0
    giou_weight: float = 2.0
    class_loss_weight: float = 1.0
    no_object_weight: float = 0.1
    alpha: float = 0.25
    gamma: float = 2.0
    loss_alpha: float = 0.75

    def __post_init__(self) -> None:
        if self.class_cost not in CLASS_COSTS or self.class_loss not in CLASS_LOSSES:
            raise ValueError(f"expected a cost of {list(CLASS_COSTS)} and a loss of {list(CLASS_LOSSES)}, got {self}")
        if not (self.class_weight or self.l1_weight or self.giou_weight):
            raise ValueError("expected a weight above 0, got three zeros")


@dataclass(frozen=True, eq=False)
class Targets:
    """What the matched queries are to say: their class (k,) and, to RT-DETR, the IoU (k,) of their box.

    count: true boxes, at least 1, by which the terms are divided.
    """

    query_ids: Ids
    class_ids: Ids
    iou: FloatArray
    count: int


def _softmax_cost(scores: FloatArray, settings: MatchingSettings) -> FloatArray:
    """Minus the probability of the true class."""
    return -scores


def _focal_cost(scores: FloatArray, settings: MatchingSettings) -> FloatArray:
    """The focal loss of saying the class minus that of not saying it."""
    small = 1e-8
    positive = settings.alpha * (1 - scores) ** settings.gamma * -np.log(scores + small)
    negative = (1 - settings.alpha) * scores**settings.gamma * -np.log(1 - scores + small)
    cost: FloatArray = positive - negative
    return cost


def _softmax_loss(scores: FloatArray, targets: Targets, settings: MatchingSettings) -> FloatArray:
    """(Q,): weighted cross-entropy over classes and "nothing"; parts of a weighted mean."""
    nothing = (1 - scores.sum(axis=1)).clip(min=0)
    said, weight = nothing, np.full(len(scores), settings.no_object_weight)
    said[targets.query_ids] = scores[targets.query_ids, targets.class_ids]
    weight[targets.query_ids] = 1.0
    losses: FloatArray = -weight * _log(said) / max(weight.sum(), LEAST_PROBABILITY)
    return losses


def _focal_loss(scores: FloatArray, targets: Targets, settings: MatchingSettings) -> FloatArray:
    """(Q,): sigmoid focal loss (Lin et al. 2017), summed over classes, over the number of true boxes."""
    wanted = _wanted(scores, targets, np.ones_like(targets.iou))
    said = np.where(wanted > 0, scores, 1 - scores)
    alpha = np.where(wanted > 0, settings.loss_alpha, 1 - settings.loss_alpha)
    losses: FloatArray = (-alpha * (1 - said) ** settings.gamma * _log(said)).sum(axis=1) / targets.count
    return losses


def _varifocal_loss(scores: FloatArray, targets: Targets, settings: MatchingSettings) -> FloatArray:
    """(Q,): the true class is to score the IoU of its box (Zhang et al. 2021), over the number of true boxes."""
    wanted = _wanted(scores, targets, targets.iou)
    is_true = _wanted(scores, targets, np.ones_like(targets.iou))
    weight = settings.loss_alpha * scores**settings.gamma * (1 - is_true) + wanted
    entropy = -(wanted * _log(scores) + (1 - wanted) * _log(1 - scores))
    losses: FloatArray = (weight * entropy).sum(axis=1) / targets.count
    return losses


def _wanted(scores: FloatArray, targets: Targets, value: FloatArray) -> FloatArray:
    wanted = np.zeros_like(scores)  # (Q, C)
    wanted[targets.query_ids, targets.class_ids] = value
    return wanted


def _log(probability: FloatArray) -> FloatArray:
    logarithm: FloatArray = np.log(probability.clip(min=LEAST_PROBABILITY))
    return logarithm


CLASS_COSTS: dict[str, Callable[[FloatArray, MatchingSettings], FloatArray]] = {
    "softmax": _softmax_cost,
    "focal": _focal_cost,
}
CLASS_LOSSES: dict[str, Callable[[FloatArray, Targets, MatchingSettings], FloatArray]] = {
    "softmax": _softmax_loss,
    "focal": _focal_loss,
    "varifocal": _varifocal_loss,
}

# The published weights of each family.
DETR = MatchingSettings()
DEFORMABLE_DETR = MatchingSettings("focal", "focal", class_weight=2.0, class_loss_weight=2.0, loss_alpha=0.25)
RT_DETR = MatchingSettings("focal", "varifocal", class_weight=2.0)
FAMILIES: dict[str, MatchingSettings] = {"detr": DETR, "deformable-detr": DEFORMABLE_DETR, "rt-detr": RT_DETR}
