"""Hungarian matching by hand, at its edges, and against transformers' own matchers and losses."""

from __future__ import annotations

from itertools import permutations
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from vizcore.detection.matching import LARGEST_COST, Matching, Queries, Truth, match
from vizcore.detection.matching_terms import DEFORMABLE_DETR, DETR, FAMILIES, RT_DETR, MatchingSettings

SIZE_WH = (200, 100)
NO_TRUTH = Truth(np.empty(0, np.int64), np.empty((0, 4)))


def random_case(seed: int, queries: int = 12, truths: int = 4, classes: int = 5) -> tuple[torch.Tensor, ...]:
    """logits (Q, C + 1), boxes cxcywh (Q, 4), class ids (T,), boxes cxcywh (T, 4); float64."""
    generator = torch.Generator().manual_seed(seed)

    def boxes(count: int) -> torch.Tensor:
        return torch.rand(count, 4, generator=generator, dtype=torch.float64) * 0.4 + 0.2

    logits = 2 * torch.randn(queries, classes + 1, generator=generator, dtype=torch.float64)
    return logits, boxes(queries), torch.randint(classes, (truths,), generator=generator), boxes(truths)


def in_pixels(centred: torch.Tensor) -> np.ndarray:
    low, high = centred[:, :2] - centred[:, 2:] / 2, centred[:, :2] + centred[:, 2:] / 2
    return torch.cat([low, high], dim=1).numpy() * np.array([*SIZE_WH, *SIZE_WH])


def ours(case: tuple[torch.Tensor, ...], settings: MatchingSettings) -> Matching:
    logits, boxes, class_ids, truth = case
    scores = logits.softmax(-1)[:, :-1] if settings.class_cost == "softmax" else logits[:, :-1].sigmoid()
    queries = Queries(scores.numpy(), in_pixels(boxes), SIZE_WH)
    return match(queries, Truth(class_ids.numpy(), in_pixels(truth)), settings)


def query_of(found: Matching, truth: int) -> int | None:
    """The query that stands for this true box; None where there are fewer queries than boxes."""
    return dict(zip(found.truth_ids.tolist(), found.query_ids.tolist(), strict=True)).get(truth)


def test_by_hand() -> None:
    """Two queries, one true box: the first lies right, the second knows the class."""
    queries = Queries(np.array([[0.2, 0.1], [0.8, 0.1]]), np.array([[0, 0, 100, 100], [100, 0, 200, 100.0]]), SIZE_WH)
    found = match(queries, Truth(np.array([0]), np.array([[0, 0, 100, 100.0]])))
    assert found.class_cost.tolist() == [[-0.2], [-0.8]]
    assert found.l1_cost.tolist() == [[0.0], [0.5]]  # centres half the picture's width apart
    assert found.giou_cost.tolist() == [[-1.0], [0.0]]  # side by side: nothing shared, nothing uncovered
    assert found.cost[:, 0] == pytest.approx([-2.2, 1.7])
    assert (found.query_ids.tolist(), found.truth_ids.tolist(), found.iou.tolist()) == ([0], [0], [1.0])
    assert query_of(found, 0) == 0
    # The first is to say class 0 (0.2), the second nothing (1 - 0.9), with weights 1 and 0.1.
    cross_entropy = (-np.log(0.2) - 0.1 * np.log(0.1)) / 1.1
    assert found.losses == pytest.approx({"class": cross_entropy, "l1": 0, "giou": 0, "total": cross_entropy})


def test_a_heavier_class_weight_changes_the_assignment() -> None:
    queries = Queries(np.array([[0.2], [0.8]]), np.array([[0, 0, 100, 100], [10, 0, 110, 100.0]]), SIZE_WH)
    truth = Truth(np.array([0]), np.array([[0, 0, 100, 100.0]]))
    assert query_of(match(queries, truth), 0) == 0
    assert query_of(match(queries, truth, MatchingSettings(class_weight=5)), 0) == 1


@pytest.mark.parametrize("settings", FAMILIES.values(), ids=FAMILIES)
def test_no_truth_no_query(settings: MatchingSettings) -> None:
    some = match(Queries(np.full((3, 2), 0.1), np.tile([0, 0, 9, 9.0], (3, 1)), SIZE_WH), NO_TRUTH, settings)
    assert (some.cost.shape, len(some.query_ids), some.losses["l1"], some.losses["giou"]) == ((3, 0), 0, 0, 0)
    assert some.losses["class"] > 0
    none = match(Queries(np.empty((0, 2)), np.empty((0, 4)), SIZE_WH), NO_TRUTH, settings)
    assert none.losses["total"] == 0


@pytest.mark.parametrize("seed", range(4))
def test_detr_equals_transformers(seed: int) -> None:
    from transformers.loss.loss_for_object_detection import HungarianMatcher, ImageLoss

    case = random_case(seed)
    logits, boxes, class_ids, truth = case
    found = ours(case, DETR)
    outputs = {"logits": logits[None], "pred_boxes": boxes[None]}
    targets = [{"class_labels": class_ids, "boxes": truth}]
    matcher = HungarianMatcher(class_cost=1, bbox_cost=5, giou_cost=2)
    ((rows, columns),) = matcher(outputs, targets)
    assert (found.query_ids.tolist(), found.truth_ids.tolist()) == (rows.tolist(), columns.tolist())
    criterion = ImageLoss(matcher, logits.shape[1] - 1, 0.1, ["labels", "boxes"]).double()
    criterion.empty_weight[-1] = 0.1  # it was rounded to float32
    loss = criterion(outputs, targets)
    expected = {name: loss[f"loss_{key}"].item() for name, key in (("class", "ce"), ("l1", "bbox"), ("giou", "giou"))}
    expected["total"] = expected["class"] + 5 * expected["l1"] + 2 * expected["giou"]
    assert found.losses == pytest.approx(expected, abs=1e-9)


def _rt_detr(classes: int) -> SimpleNamespace:
    return SimpleNamespace(
        matcher_class_cost=2.0, matcher_bbox_cost=5.0, matcher_giou_cost=2.0, use_focal_loss=True,
        matcher_alpha=0.25, matcher_gamma=2.0, num_labels=classes, weight_loss_vfl=1.0, weight_loss_bbox=5.0,
        weight_loss_giou=2.0, eos_coefficient=1e-4, focal_loss_alpha=0.75, focal_loss_gamma=2.0,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("settings", [RT_DETR, DEFORMABLE_DETR], ids=["varifocal", "focal"])
def test_focal_families_equal_transformers(seed: int, settings: MatchingSettings) -> None:
    from transformers.loss.loss_for_object_detection import sigmoid_focal_loss
    from transformers.loss.loss_rt_detr import RTDetrHungarianMatcher, RTDetrLoss

    case = random_case(seed)
    logits, boxes, class_ids, truth = case
    found = ours(case, settings)
    outputs = {"logits": logits[None, :, :-1], "pred_boxes": boxes[None]}
    targets = [{"class_labels": class_ids, "boxes": truth}]
    config = _rt_detr(logits.shape[1] - 1)
    ((rows, columns),) = RTDetrHungarianMatcher(config)(outputs, targets)
    assert (found.query_ids.tolist(), found.truth_ids.tolist()) == (rows.tolist(), columns.tolist())
    loss = RTDetrLoss(config)
    indices = [(rows, columns)]
    terms = loss.loss_boxes(outputs, targets, indices, len(class_ids))
    if settings is RT_DETR:
        class_loss = loss.loss_labels_vfl(outputs, targets, indices, len(class_ids))["loss_vfl"]
    else:
        wanted = torch.zeros_like(outputs["logits"])
        wanted[0, rows, class_ids[columns]] = 1
        class_loss = sigmoid_focal_loss(outputs["logits"], wanted, len(class_ids), 0.25, 2) * len(logits)
    expected = [class_loss.item(), terms["loss_bbox"].item(), terms["loss_giou"].item()]
    assert [found.losses[name] for name in ("class", "l1", "giou")] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("settings", FAMILIES.values(), ids=FAMILIES)
def test_no_assignment_costs_less(settings: MatchingSettings) -> None:
    found = ours(random_case(9, queries=6, truths=3), settings)
    sums = [sum(found.cost[query, truth] for truth, query in enumerate(some)) for some in permutations(range(6), 3)]
    assert found.assigned_cost == pytest.approx(min(sums))
    assert found.class_losses.sum() == pytest.approx(found.losses["class"])


@pytest.mark.parametrize("settings", FAMILIES.values(), ids=FAMILIES)
def test_the_order_of_queries_does_not_matter(settings: MatchingSettings) -> None:
    logits, boxes, class_ids, truth = random_case(3)
    mixed = torch.randperm(12, generator=torch.Generator().manual_seed(0))
    found = ours((logits, boxes, class_ids, truth), settings)
    again = ours((logits[mixed], boxes[mixed], class_ids, truth), settings)
    assert [int(mixed[query_of(again, index)]) for index in range(4)] == [query_of(found, index) for index in range(4)]
    assert again.losses == pytest.approx(found.losses)


def test_more_objects_than_queries() -> None:
    found = ours(random_case(1, queries=2, truths=5), DETR)
    assert len(found.query_ids) == 2
    assert [query_of(found, index) for index in range(5)].count(None) == 3


def test_a_query_that_is_not_a_number_comes_last() -> None:
    scores, boxes = np.full((3, 1), 0.5), np.tile([0, 0, 50, 50.0], (3, 1))
    boxes[0] = np.nan
    found = match(Queries(scores, boxes, SIZE_WH), Truth(np.zeros(2, int), boxes[1:]))
    assert found.query_ids.tolist() == [1, 2]
    assert (found.cost[0] == LARGEST_COST).all()


@pytest.mark.parametrize("settings", FAMILIES.values(), ids=FAMILIES)
def test_certain_and_flat_queries_stay_finite(settings: MatchingSettings) -> None:
    queries = Queries(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[5, 5, 5, 5], [9, 9, 1, 1.0]]), SIZE_WH)
    found = match(queries, Truth(np.array([1]), np.array([[0, 0, 0, 0.0]])), settings)
    assert np.isfinite(found.cost).all()
    assert np.isfinite(list(found.losses.values())).all()


def test_mistakes_are_named() -> None:
    queries = Queries(np.full((1, 2), 0.5), np.zeros((1, 4)), SIZE_WH)
    with pytest.raises(ValueError, match="expected true classes below 2"):
        match(queries, Truth(np.array([2]), np.zeros((1, 4))))
    with pytest.raises(ValueError, match="expected boxes_xyxy"):
        Queries(np.zeros((2, 2)), np.zeros((1, 4)), SIZE_WH)
    with pytest.raises(ValueError, match="expected a weight above 0"):
        MatchingSettings(class_weight=0, l1_weight=0, giou_weight=0)
    with pytest.raises(ValueError, match="expected a cost"):
        MatchingSettings(class_cost="magic")


def test_pairs_by_query_and_by_true_box() -> None:
    scores = np.array([[0.9, 0.1], [0.2, 0.8], [0.1, 0.1]])
    boxes = np.array([[100, 0, 200, 100], [0, 0, 100, 100], [50, 0, 60, 10]], np.float64)
    found = match(Queries(scores, boxes, SIZE_WH), Truth(np.array([1, 0]), boxes[[1, 0]]))
    assert [(each.query, each.truth, each.iou) for each in found.pairs()] == [(0, 1, 1.0), (1, 0, 1.0)]
    first, second = found.by_truth()
    assert (first.truth, second.truth) == (0, 1)
    assert (first.class_cost, first.l1_cost, first.giou_cost, first.cost) == (-0.8, 0, -1, -0.8 - 2)
    assert found.assigned_cost == pytest.approx(first.cost + second.cost)
    assert match(Queries(scores, boxes, SIZE_WH), Truth(np.zeros(0, int), np.zeros((0, 4)))).pairs() == []
