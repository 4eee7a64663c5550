"""NMS and Soft-NMS: by hand, against torchvision, against the plain loop of the paper, and at their edges."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest
import torch
from torchvision import ops

from tests.detection.box_sets import random_boxes
from tests.time_bounds import within
from vizcore.detection.boxes import iou_matrix
from vizcore.detection.nms import DECAYS, NmsRule, nms, nms_with_trace

# Two of one class overlap by 8/12; the third, of another class, lies on the first; the fourth stands alone.
BOXES = np.array([[0, 0, 10, 1], [2, 0, 12, 1], [0, 0, 10, 1], [50, 0, 60, 1]], np.float32)
SCORES = np.array([0.9, 0.8, 0.7, 0.6], np.float32)
CLASSES = np.array([0, 0, 1, 0])
NOTHING = np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty(0, np.int64)


@pytest.fixture(params=["compiled", "numpy"])
def _kernel(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "numpy":
        monkeypatch.delitem(sys.modules, "torchvision")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (NmsRule(iou=0.5), [0, 2, 3]),
        (NmsRule(iou=0.7), [0, 1, 2, 3]),
        (NmsRule(iou=0.5, agnostic=True), [0, 3]),
        (NmsRule(iou=0.7, agnostic=True), [0, 1, 3]),
        (NmsRule(iou=0.5, limit=2), [0, 2]),
        (NmsRule(iou=0.0), [0, 2, 3]),
        (NmsRule(iou=1.0, limit=0), [0, 1, 2, 3]),
    ],
)
@pytest.mark.usefixtures("_kernel")
def test_by_hand(rule: NmsRule, expected: list[int]) -> None:
    kept = nms(BOXES, SCORES, CLASSES, rule)
    assert kept.indices.tolist() == expected
    assert kept.scores.tolist() == SCORES[expected].tolist()
    assert nms_with_trace(BOXES, SCORES, CLASSES, rule)[0].indices.tolist() == expected


def test_who_suppresses_whom() -> None:
    trace = nms_with_trace(BOXES, SCORES, CLASSES, NmsRule(iou=0.5, agnostic=True))[1]
    rows = [(row.step, row.kept, row.dropped, round(row.iou, 6)) for row in trace.rows()]
    assert rows == [(0, 0, 1, 0.666667), (0, 0, 2, 1.0)]
    assert [row.score_after for row in trace.rows(0)] == [0, 0]
    assert trace.rows(1) == []
    assert (trace.total, trace.lost) == (2, 2)


@pytest.mark.parametrize(
    ("method", "second"),
    [("soft_linear", 0.8 * (1 - 2 / 3)), ("soft_gaussian", 0.8 * math.exp(-((2 / 3) ** 2) / 0.5))],
)
def test_soft_nms_by_hand(method: str, second: float) -> None:
    kept, trace = nms_with_trace(BOXES, SCORES, CLASSES, NmsRule(method, iou=0.5))
    assert kept.indices.tolist() == [0, 2, 3, 1]
    assert kept.scores == pytest.approx([0.9, 0.7, 0.6, second])
    (only,) = trace.rows()
    assert (only.step, only.kept, only.dropped) == (0, 0, 1)
    assert (only.score_before, only.score_after) == (pytest.approx(0.8), pytest.approx(second))
    assert trace.lost == 0


def test_soft_nms_drops_below_the_floor() -> None:
    rule = NmsRule("soft_linear", iou=0.5, floor=0.3)
    kept, trace = nms_with_trace(BOXES, SCORES, CLASSES, rule)
    assert kept.indices.tolist() == [0, 2, 3] == nms(BOXES, SCORES, CLASSES, rule).indices.tolist()
    assert (len(trace), trace.lost) == (1, 1)


@pytest.mark.parametrize("method", DECAYS)
def test_nothing_in_nothing_out(method: str) -> None:
    assert len(nms(*NOTHING, NmsRule(method)).indices) == 0
    kept, trace = nms_with_trace(*NOTHING, NmsRule(method))
    assert (len(kept.indices), len(trace), trace.rows()) == (0, 0, [])


@pytest.mark.parametrize("count", [1, 30, 700, 3000])
@pytest.mark.parametrize("iou", [0.3, 0.7])
@pytest.mark.usefixtures("_kernel")
def test_equals_torchvision(count: int, iou: float) -> None:
    rng = np.random.default_rng(count)
    boxes = random_boxes(rng, count, objects=max(1, count // 6)).astype(np.float64)
    scores, classes = rng.permutation(np.linspace(0.01, 1, count)), rng.integers(0, 5, count)
    expected = ops.batched_nms(*map(torch.from_numpy, (boxes, scores, classes)), iou).numpy()  # type: ignore[call-arg]
    assert np.array_equal(nms(boxes, scores, classes, NmsRule(iou=iou, limit=0)).indices, expected)
    assert np.array_equal(nms(boxes, scores, classes, NmsRule(iou=iou, limit=50)).indices, expected[:50])
    kept, trace = nms_with_trace(boxes, scores, classes, NmsRule(iou=iou, limit=0))
    assert np.array_equal(kept.indices, expected)
    assert sorted([*kept.indices, *trace.dropped]) == list(range(count))


def _paper(boxes: np.ndarray, scores: np.ndarray, rule: NmsRule) -> list[tuple[int, float]]:
    """Bodla et al. 2017, figure 3, box after box."""
    left = dict(enumerate(scores.tolist()))
    kept = []
    while left and len(kept) < rule.limit:
        best = max(left, key=lambda index: left[index])
        score = left.pop(best)
        if score < rule.floor:
            break
        kept.append((best, score))
        for index in left:
            iou = float(iou_matrix(boxes[[best]], boxes[[index]])[0, 0])
            if rule.method == "soft_gaussian":
                left[index] *= math.exp(-iou * iou / rule.sigma)
            elif iou > rule.iou:
                left[index] *= 1 - iou
    return kept


@pytest.mark.parametrize("method", ["soft_linear", "soft_gaussian"])
def test_soft_nms_is_the_loop_of_the_paper(method: str) -> None:
    rng = np.random.default_rng(5)
    boxes, scores = random_boxes(rng, 60, objects=8).astype(np.float64), rng.random(60)
    rule = NmsRule(method, iou=0.4, floor=0.05, limit=40)
    kept = nms(boxes, scores, np.zeros(60, np.int64), rule)
    expected = _paper(boxes, scores, rule)
    assert kept.indices.tolist() == [index for index, _ in expected]
    assert kept.scores == pytest.approx([score for _, score in expected])
    assert (np.diff(kept.scores) <= 0).all()


@pytest.mark.parametrize("method", DECAYS)
def test_order_and_place_do_not_matter(method: str) -> None:
    rng = np.random.default_rng(6)
    boxes = np.round(random_boxes(rng, 200, objects=20)).astype(np.float64) + np.array([0, 0, 1, 1])
    scores, classes = rng.permutation(np.linspace(0.1, 1, 200)), rng.integers(0, 3, 200)
    rule, mixed = NmsRule(method, iou=0.5), rng.permutation(200)
    kept = nms(boxes, scores, classes, rule).indices
    assert np.array_equal(mixed[nms(boxes[mixed], scores[mixed], classes[mixed], rule).indices], kept)
    assert np.array_equal(nms(boxes - 4096, scores, classes, rule).indices, kept)


@pytest.mark.parametrize("method", DECAYS)
@pytest.mark.usefixtures("_kernel")
def test_ties_keep_the_order_of_the_input(method: str) -> None:
    apart = np.arange(30)[:, None] * np.array([20, 0, 20, 0]) + np.array([0, 0, 10, 10.0])
    same = np.full(30, 0.5)
    assert nms(apart, same, np.arange(30) % 4, NmsRule(method)).indices.tolist() == list(range(30))
    piled = np.tile([0, 0, 10, 10.0], (30, 1))
    assert nms(piled, same, np.zeros(30, np.int64), NmsRule(method, floor=0.4)).indices.tolist() == [0]


@pytest.mark.usefixtures("_kernel")
def test_an_iou_at_the_threshold_stays() -> None:
    boxes = np.array([[0, 0, 13, 1], [7, 0, 20, 1]], np.float32)  # 6 of 20
    assert len(nms(boxes, SCORES[:2], CLASSES[:2], NmsRule(iou=0.3)).indices) == 2
    assert len(nms(boxes, SCORES[:2], CLASSES[:2], NmsRule(iou=0.2999)).indices) == 1


@pytest.mark.usefixtures("_kernel")
def test_boxes_without_area_suppress_nothing() -> None:
    boxes = np.array([[5, 5, 5, 5], [5, 5, 5, 5], [9, 9, 0, 0], [0, 0, 9, 9]], np.float64)
    assert len(nms(boxes, np.array([0.9, 0.8, 0.7, 0.6]), np.zeros(4, np.int64)).indices) == 4


@pytest.mark.parametrize("method", DECAYS)
@pytest.mark.parametrize("objects", [0, 1])
@pytest.mark.usefixtures("_kernel")
def test_twenty_thousand(method: str, objects: int) -> None:
    """Spread over the picture, and all on one object."""
    rng = np.random.default_rng(7)
    boxes = random_boxes(rng, 20_000, side=4000, objects=objects)
    scores, classes = rng.random(20_000).astype(np.float32), rng.integers(0, 2, 20_000)
    with within(5):
        kept = nms(boxes, scores, classes, NmsRule(method, floor=0.01))
    assert 1 <= len(kept.indices) <= 300
    assert len(set(kept.indices.tolist())) == len(kept.indices)


def test_a_long_trace_is_cut_and_says_so() -> None:
    rng = np.random.default_rng(8)
    boxes, scores = random_boxes(rng, 400, objects=1), rng.random(400)
    trace = nms_with_trace(boxes, scores, np.zeros(400, np.int64), NmsRule("soft_gaussian"), most_rows=1000)[1]
    assert len(trace) == len(trace.rows()) == 1000 < trace.total


@pytest.mark.parametrize("bad", [{"method": "magic"}, {"iou": 1.1}, {"iou": -0.1}, {"sigma": 0.0}, {"limit": -1}])
def test_rules_are_checked(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="expected"):
        NmsRule(**bad)  # type: ignore[arg-type]
