"""How does a DETR learn which query stands for which object? Hungarian matching: costs, assignment, loss.

Every query is compared with every true box by three costs: class, L1 distance of the boxes, GIoU. The assignment with
the least sum of costs gives each true box one query; all other queries are to say "nothing". Carion et al. 2020,
section 3.1. The costs and losses of a class stand in `matching_terms`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from vizcore.detection.boxes import giou_matrix, iou_matrix
from vizcore.detection.matching_terms import CLASS_COSTS, CLASS_LOSSES, DETR, Ids, MatchingSettings, Targets
from vizcore.provenance import versions
from vizcore.results import FloatArray, Provenance, Result, expect_shape

LARGEST_COST = 1e9  # of a pair whose cost is not finite: taken only when nothing else is left


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
    targets = Targets(query_ids, np.asarray(truth.class_ids)[truth_ids], iou, max(1, len(truth.class_ids)))
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


def _unit_boxes(boxes_xyxy: FloatArray, size_wh: tuple[int, int]) -> FloatArray:
    """Pixels -> shares of the picture's width and height, in which a DETR measures L1."""
    unit: FloatArray = boxes_xyxy.astype(np.float64) / np.array([*size_wh, *size_wh], np.float64)
    return unit


def _centred(boxes_xyxy: FloatArray) -> FloatArray:
    """xyxy -> centre x, centre y, width, height."""
    low, high = boxes_xyxy[:, :2], boxes_xyxy[:, 2:]
    return np.concatenate([(low + high) / 2, high - low], axis=1)
