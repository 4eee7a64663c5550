"""How does a DETR learn which query stands for which object? Hungarian matching: costs, assignment, loss.

Every query is compared with every true box by three costs: class, L1 distance of the boxes, GIoU. The assignment with
the least sum of costs gives each true box one query; all other queries are to say "nothing". Carion et al. 2020,
section 3.1; the focal cost is Deformable DETR's (Zhu et al. 2021), the varifocal loss RT-DETR's (Zhao et al. 2023).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from vizcore.detection.boxes import giou_matrix, iou_matrix
from vizcore.provenance import versions
from vizcore.results import FloatArray, Provenance, Result, expect_shape

LARGEST_COST = 1e9  # of a pair whose cost is not finite: taken only when nothing else is left
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
class Queries:
    """A DETR's answers: class_scores (Q, C) in [0, 1] and boxes_xyxy (Q, 4) in the pixels of a picture of size_wh.

    class_scores are softmax probabilities without the "nothing" class, whose probability is what is left of 1, or
    sigmoid scores, one for each class.
    """

    class_scores: FloatArray
    boxes_xyxy: FloatArray
    size_wh: tuple[int, int]

    def __post_init__(self) -> None:
        expect_shape("class_scores", self.class_scores, (None, None))
        expect_shape("boxes_xyxy", self.boxes_xyxy, (len(self.class_scores), 4))


@dataclass(frozen=True, eq=False)
class Truth:
    """What is there: class_ids (T,) among the queries' classes, boxes_xyxy (T, 4) in the same pixels."""

    class_ids: Ids
    boxes_xyxy: FloatArray

    def __post_init__(self) -> None:
        expect_shape("boxes_xyxy", self.boxes_xyxy, (len(self.class_ids), 4))


@dataclass(frozen=True)
class Pair:
    """One query and the true box that it was assigned: its three costs before their weights, their sum, the IoU."""

    query: int
    truth: int
    class_cost: float
    l1_cost: float
    giou_cost: float
    cost: float
    iou: float


@dataclass(frozen=True, eq=False)
class Matching(Result):
    """Costs (Q, T) before their weights, and `cost` (Q, T), their weighted sum.

    query_ids, truth_ids (k,): the assignment by query, k = min(Q, T). iou (k,) of its pairs. class_losses (Q,): each
    query's part of the class term. losses: the terms before their weights (class, l1, giou) and their weighted
    `total`.
    """

    class_cost: FloatArray
    l1_cost: FloatArray
    giou_cost: FloatArray
    cost: FloatArray
    query_ids: Ids
    truth_ids: Ids
    iou: FloatArray
    class_losses: FloatArray
    losses: Mapping[str, float]
    settings: MatchingSettings

    @property
    def assigned_cost(self) -> float:
        """Sum of the costs of the assigned pairs: no other assignment has a smaller one."""
        return float(self.cost[self.query_ids, self.truth_ids].sum())

    def pairs(self) -> list[Pair]:
        """The assignment pair by pair, by query."""
        ids = self.query_ids, self.truth_ids
        costs = (each[ids].tolist() for each in (self.class_cost, self.l1_cost, self.giou_cost, self.cost))
        return [Pair(*row) for row in zip(*(each.tolist() for each in ids), *costs, self.iou.tolist(), strict=True)]

    def by_truth(self) -> list[Pair]:
        """The same by true box."""
        return sorted(self.pairs(), key=lambda each: each.truth)


def match(queries: Queries, truth: Truth, settings: MatchingSettings | None = None) -> Matching:
    """ValueError for a true class that the queries do not have."""
    settings = settings or DETR
    classes = queries.class_scores.shape[1]
    if len(truth.class_ids) and not 0 <= int(truth.class_ids.min()) <= int(truth.class_ids.max()) < classes:
        raise ValueError(f"expected true classes below {classes}, got {truth.class_ids.max()}")
    scores = queries.class_scores.astype(np.float64)
    ours, theirs = (_unit_boxes(each.boxes_xyxy, queries.size_wh) for each in (queries, truth))
    class_cost = CLASS_COSTS[settings.class_cost](scores, settings)[:, truth.class_ids]
    l1_cost = np.abs(_centred(ours)[:, None] - _centred(theirs)).sum(axis=2)  # (Q, T)
    giou_cost = -giou_matrix(ours, theirs)
    weighted = settings.class_weight * class_cost + settings.l1_weight * l1_cost + settings.giou_weight * giou_cost
    cost = np.where(np.isfinite(weighted), weighted, LARGEST_COST)
    query_ids, truth_ids = linear_sum_assignment(cost)
    iou = iou_matrix(ours, theirs)[query_ids, truth_ids]
    targets = _Targets(query_ids, np.asarray(truth.class_ids)[truth_ids], iou, max(1, len(truth.class_ids)))
    class_losses = CLASS_LOSSES[settings.class_loss](scores, targets, settings)
    pairs = query_ids, truth_ids
    losses = {
        "class": float(class_losses.sum()),
        "l1": float(l1_cost[pairs].sum() / targets.count),
        "giou": float((1 + giou_cost[pairs]).sum() / targets.count),
    }
    weights = (settings.class_loss_weight, settings.l1_weight, settings.giou_weight)
    losses["total"] = sum(weight * term for weight, term in zip(weights, losses.values(), strict=True))
    provenance = Provenance(operation="match", settings=asdict(settings), versions=versions())
    return Matching(provenance, class_cost, l1_cost, giou_cost, cost, *pairs, iou, class_losses, losses, settings)


@dataclass(frozen=True, eq=False)
class _Targets:
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


def _softmax_loss(scores: FloatArray, targets: _Targets, settings: MatchingSettings) -> FloatArray:
    """(Q,): weighted cross-entropy over classes and "nothing"; parts of a weighted mean."""
    nothing = (1 - scores.sum(axis=1)).clip(min=0)
    said, weight = nothing, np.full(len(scores), settings.no_object_weight)
    said[targets.query_ids] = scores[targets.query_ids, targets.class_ids]
    weight[targets.query_ids] = 1.0
    losses: FloatArray = -weight * _log(said) / max(weight.sum(), LEAST_PROBABILITY)
    return losses


def _focal_loss(scores: FloatArray, targets: _Targets, settings: MatchingSettings) -> FloatArray:
    """(Q,): sigmoid focal loss (Lin et al. 2017), summed over classes, over the number of true boxes."""
    wanted = _wanted(scores, targets, np.ones_like(targets.iou))
    said = np.where(wanted > 0, scores, 1 - scores)
    alpha = np.where(wanted > 0, settings.loss_alpha, 1 - settings.loss_alpha)
    losses: FloatArray = (-alpha * (1 - said) ** settings.gamma * _log(said)).sum(axis=1) / targets.count
    return losses


def _varifocal_loss(scores: FloatArray, targets: _Targets, settings: MatchingSettings) -> FloatArray:
    """(Q,): the true class is to score the IoU of its box (Zhang et al. 2021), over the number of true boxes."""
    wanted = _wanted(scores, targets, targets.iou)
    is_true = _wanted(scores, targets, np.ones_like(targets.iou))
    weight = settings.loss_alpha * scores**settings.gamma * (1 - is_true) + wanted
    entropy = -(wanted * _log(scores) + (1 - wanted) * _log(1 - scores))
    losses: FloatArray = (weight * entropy).sum(axis=1) / targets.count
    return losses


CLASS_COSTS: dict[str, Callable[[FloatArray, MatchingSettings], FloatArray]] = {
    "softmax": _softmax_cost,
    "focal": _focal_cost,
}
CLASS_LOSSES: dict[str, Callable[[FloatArray, _Targets, MatchingSettings], FloatArray]] = {
    "softmax": _softmax_loss,
    "focal": _focal_loss,
    "varifocal": _varifocal_loss,
}

# The published weights of each family.
DETR = MatchingSettings()
DEFORMABLE_DETR = MatchingSettings("focal", "focal", class_weight=2.0, class_loss_weight=2.0, loss_alpha=0.25)
RT_DETR = MatchingSettings("focal", "varifocal", class_weight=2.0)
FAMILIES: dict[str, MatchingSettings] = {"detr": DETR, "deformable-detr": DEFORMABLE_DETR, "rt-detr": RT_DETR}


def _wanted(scores: FloatArray, targets: _Targets, value: FloatArray) -> FloatArray:
    wanted = np.zeros_like(scores)  # (Q, C)
    wanted[targets.query_ids, targets.class_ids] = value
    return wanted


def _unit_boxes(boxes_xyxy: FloatArray, size_wh: tuple[int, int]) -> FloatArray:
    """Pixels -> shares of the picture's width and height, in which a DETR measures L1."""
    unit: FloatArray = boxes_xyxy.astype(np.float64) / np.array([*size_wh, *size_wh], np.float64)
    return unit


def _centred(boxes_xyxy: FloatArray) -> FloatArray:
    """xyxy -> centre x, centre y, width, height."""
    low, high = boxes_xyxy[:, :2], boxes_xyxy[:, 2:]
    return np.concatenate([(low + high) / 2, high - low], axis=1)


def _log(probability: FloatArray) -> FloatArray:
    logarithm: FloatArray = np.log(probability.clip(min=LEAST_PROBABILITY))
    return logarithm
