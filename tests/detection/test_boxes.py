"""IoU and its three relatives: by hand, at their edges, and against torchvision."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torchvision import ops

from tests.detection.box_sets import random_boxes
from vizcore.detection.boxes import (
    MEASURES,
    ciou_matrix,
    giou_matrix,
    iou_matrix,
    overlap_working,
    usable_boxes,
)

ORACLES = {
    "iou": ops.box_iou,
    "giou": ops.generalized_box_iou,
    "diou": ops.distance_box_iou,
    "ciou": ops.complete_box_iou,
}


def test_two_squares_by_hand() -> None:
    """10 x 10 squares shifted by (5, 5): 25 shared of 175, hull 15 x 15, centres 50 apart squared, diagonal 450."""
    found = overlap_working((0, 0, 10, 10), (5, 5, 15, 15))
    assert found.intersection_xyxy == (5, 5, 10, 10)
    assert (found.intersection, found.area_a, found.area_b, found.union) == (25, 100, 100, 175)
    assert (found.hull, found.uncovered) == (225, 50)
    assert (found.squared_distance, found.squared_diagonal) == (50, 450)
    assert found.iou == pytest.approx(1 / 7)
    assert found.giou == pytest.approx(1 / 7 - 50 / 225)
    assert found.diou == pytest.approx(1 / 7 - 1 / 9)
    assert (found.v, found.alpha, found.ciou) == (0, 0, found.diou)


def test_aspect_ratios_by_hand() -> None:
    """A square and a 1 : 2 rectangle of the same centre: angles of 45 and arctan(1/2)."""
    found = overlap_working((0, 0, 8, 8), (2, 0, 6, 8))
    v = 4 / math.pi**2 * (math.pi / 4 - math.atan(0.5)) ** 2
    assert (found.iou, found.squared_distance, found.diou) == (0.5, 0, 0.5)
    assert found.v == pytest.approx(v)
    assert found.alpha == pytest.approx(v / (1 - 0.5 + v))
    assert found.ciou == pytest.approx(0.5 - v**2 / (0.5 + v))


@pytest.mark.parametrize("name", MEASURES)
def test_no_boxes_give_an_empty_matrix(name: str) -> None:
    none, one = np.empty((0, 4)), np.array([[0, 0, 1, 1.0]])
    assert MEASURES[name](none, one).shape == (0, 1)
    assert MEASURES[name](one, none).shape == (1, 0)


@pytest.mark.parametrize("name", MEASURES)
def test_equals_torchvision(name: str) -> None:
    rng = np.random.default_rng(1)
    a, b = (random_boxes(rng, n, objects=9).astype(np.float64) for n in (40, 31))
    expected = ORACLES[name](torch.from_numpy(a), torch.from_numpy(b)).numpy()
    assert np.allclose(MEASURES[name](a, b), expected, atol=1e-6)


@pytest.mark.parametrize("name", MEASURES)
def test_the_working_ends_at_the_matrix(name: str) -> None:
    boxes = random_boxes(np.random.default_rng(2), 12, side=60).astype(np.float64)
    by_hand = [[getattr(overlap_working(a, b), name) for b in boxes] for a in boxes]
    assert np.allclose(MEASURES[name](boxes, boxes), by_hand, atol=1e-12)


@pytest.mark.parametrize("name", MEASURES)
def test_moving_and_swapping_change_nothing(name: str) -> None:
    boxes = np.round(random_boxes(np.random.default_rng(3), 20)).astype(np.float64) + np.array([0, 0, 1, 1])
    measure = MEASURES[name]
    assert np.allclose(measure(boxes, boxes), measure(boxes + 128, boxes + 128), atol=1e-12)
    assert np.allclose(measure(boxes, boxes), measure(boxes, boxes).T, atol=1e-12)
    assert np.allclose(np.diag(measure(boxes, boxes)), 1)


@pytest.mark.parametrize(
    ("a", "b", "iou", "giou"),
    [
        ((0, 0, 1, 1), (1, 0, 2, 1), 0.0, 0.0),  # only an edge is shared
        ((0, 0, 1, 1), (9, 0, 10, 1), 0.0, -0.8),  # 8 of the hull's 10 are uncovered
        ((3, 3, 3, 3), (3, 3, 3, 3), 0.0, 0.0),  # no area at all
        ((0, 5, 10, 5), (0, 0, 10, 10), 0.0, 0.0),
        ((10, 10, 0, 0), (0, 0, 10, 10), 1.0, 1.0),  # corners in another order are the same box when it is drawn
    ],
)
def test_edges(a: tuple[float, ...], b: tuple[float, ...], iou: float, giou: float) -> None:
    found = overlap_working(a, b)
    assert (found.iou, found.giou) == (iou, pytest.approx(giou))
    assert all(np.isfinite(value) for value in (found.diou, found.ciou))


def test_boxes_without_area_stay_finite() -> None:
    flat = np.array([[0, 0, 0, 0], [2, 2, 2, 9], [4, 4, 1, 1], [0, 0, 5, 5.0]])
    for measure in MEASURES.values():
        assert np.isfinite(measure(flat, flat)).all()
    assert iou_matrix(flat, flat)[:3].max() == 0


def test_precision_is_kept_and_integers_are_taken() -> None:
    whole = np.array([[0, 0, 2, 2]])
    assert iou_matrix(whole.astype(np.float32), whole.astype(np.float32)).dtype == np.float32
    assert giou_matrix(whole, whole).tolist() == ciou_matrix(whole, whole).tolist() == [[1.0]]


@pytest.mark.parametrize("bad", [(0, 0, 1), (0, 0, 1, math.nan), (0, 0, math.inf, 1), ((0, 0, 1, 1),)])
def test_only_four_finite_numbers_are_a_box(bad: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="expected four finite numbers"):
        overlap_working(bad, (0, 0, 1, 1))


def test_a_list_of_boxes_is_asked_for() -> None:
    with pytest.raises(ValueError, match="expected boxes"):
        iou_matrix(np.zeros(4), np.zeros((1, 4)))


def test_usable_boxes() -> None:
    boxes = np.array([[0, 0, 1, 1], [0, 0, 0, 1], [5, 0, 1, 1], [0, np.nan, 1, 1], [0, 0, np.inf, 1], [0, 0, 1, 1]])
    scores = np.array([0.5, 0.5, 0.5, 0.5, 0.5, np.nan])
    assert usable_boxes(boxes, scores).tolist() == [True, False, False, False, False, False]
    assert usable_boxes(np.empty((0, 4)), np.empty(0)).shape == (0,)
