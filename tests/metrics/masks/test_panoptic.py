"""Do per-class IoU, mIoU and PQ agree with a case worked by hand and with other libraries?"""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from sklearn.metrics import jaccard_score
from torchmetrics.functional.detection import panoptic_quality as their_panoptic_quality

from vizcore.errors import MaskSizesDiffer
from vizcore.metrics.masks.panoptic import Segments, class_counts, mean_iou, panoptic_quality

GROUND, CAT, DOG = 0, 1, 2


def segments(rows: list[list[int]], classes: list[int]) -> Segments:
    return Segments(np.array(rows), np.array(classes, dtype=np.int64))


TRUTH = segments([[1, 1, 1, 1], [2, 2, 3, 3], [2, 2, 3, 3]], [GROUND, CAT, CAT])
ONE_CAT = segments([[1, 1, 1, 1], [2, 2, 2, 1], [2, 2, 1, 1]], [GROUND, CAT])


def test_a_picture_by_hand() -> None:
    """Ground 4 of 7 (hit), the first cat 4 of 5 (hit), the second cat 1 of 8: missed."""
    found = panoptic_quality(TRUTH, ONE_CAT)
    assert [(each.truth, each.prediction, each.iou, each.hit) for each in found.matches] == [
        (2, 2, 4 / 5, True),
        (1, 1, 4 / 7, True),
        (3, 2, 1 / 8, False),
    ]
    assert (found.missed, found.claimed, found.excused) == ((3,), (), ())
    ground, cat = found.classes
    assert (ground.tp, ground.fp, ground.fn, ground.sq, ground.rq) == (1, 0, 0, 4 / 7, 1.0)
    assert (cat.tp, cat.fp, cat.fn) == (1, 0, 1)
    assert cat.sq == 4 / 5
    assert cat.rq == 1 / 1.5
    assert cat.pq == pytest.approx(4 / 5 / 1.5)
    assert found.pq == pytest.approx((4 / 7 + 4 / 5 / 1.5) / 2)


def test_semantic_forgets_who_is_who() -> None:
    merged = segments([[1, 1, 1, 1], [2, 2, 2, 2], [2, 2, 2, 2]], [GROUND, CAT])
    assert mean_iou(class_counts(TRUTH.semantic(), merged.semantic(), 3)) == 1.0
    assert panoptic_quality(TRUTH, merged).classes[1].pq == 0.0, "half of the merged cat is not more than a half"


def test_no_segments_at_all() -> None:
    nothing = segments([[0, 0], [0, 0]], [])
    found = panoptic_quality(nothing, nothing)
    assert math.isnan(found.pq)
    assert found.matches == found.classes == ()
    assert math.isnan(mean_iou(class_counts(nothing.semantic(), nothing.semantic(), 2)))
    assert panoptic_quality(segments([[1, 1]], [CAT]), segments([[0, 0]], [])).pq == 0.0


def test_void_does_not_count_against_a_prediction() -> None:
    truth = segments([[1, 1, 0, 0], [1, 1, 0, 0]], [CAT])
    prediction = segments([[1, 1, 1, 2], [1, 1, 1, 2]], [CAT, DOG])
    found = panoptic_quality(truth, prediction)
    assert found.matches[0].iou == 1.0
    assert found.excused == (2,)
    assert found.pq == 1.0
    assert mean_iou(class_counts(truth.semantic(), prediction.semantic(), 3)) == 1.0


def random_segments(seed: int, *, void: bool) -> Segments:
    """Coarse patches of one to eight segments of three classes; segment 1 is all of class 0 (stuff)."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0 if void else 1, 7, size=(6, 8))
    return Segments(np.kron(coarse, np.ones((4, 5), int)), np.array([0, 1, 1, 2, 2, 1]))


def stirred(truth: Segments, seed: int) -> Segments:
    rng = np.random.default_rng(seed)
    numbers = np.where(truth.numbers == 0, 1, truth.numbers)
    moved = np.roll(numbers, int(rng.integers(0, 3)), axis=1)
    wrong = rng.random(moved.shape) < 0.1
    return Segments(np.where(wrong, rng.integers(1, 7, moved.shape), moved), truth.class_ids)


def as_torchmetrics(each: Segments) -> torch.Tensor:
    """(1, H, W, 2): class and number; void is class 9, which they do not know."""
    kinds = np.concatenate([[9], each.class_ids])[each.numbers]
    return torch.from_numpy(np.stack([kinds, np.where(kinds == 0, 0, each.numbers)], axis=-1))[None]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("void", [False, True])
def test_pq_as_torchmetrics(seed: int, void: bool) -> None:
    truth = random_segments(seed, void=void)
    prediction = stirred(truth, seed + 100)
    found = panoptic_quality(truth, prediction)
    options = {"things": {1, 2}, "stuffs": {0}, "allow_unknown_preds_category": True, "return_sq_and_rq": True}
    pair = as_torchmetrics(prediction), as_torchmetrics(truth)
    rows = their_panoptic_quality(*pair, **options, return_per_class=True)
    means = their_panoptic_quality(*pair, **options)
    assert rows is not None
    assert means is not None
    ours = {each.class_id: (each.pq, each.sq, each.rq) for each in found.classes}
    assert set(ours) == {0, 1, 2}
    for class_id, row in zip((1, 2, 0), rows.tolist(), strict=True):  # they list things first
        assert ours[class_id] == pytest.approx(row, abs=1e-6), class_id
    assert (found.pq, found.sq, found.rq) == pytest.approx(means.tolist())


@pytest.mark.parametrize("seed", range(4))
def test_class_iou_as_scikit_learn(seed: int) -> None:
    truth, prediction = (np.random.default_rng(seed + add).integers(0, 4, (20, 30)) for add in (0, 50))
    counts = class_counts(truth, prediction, 4)
    assert mean_iou(counts) == pytest.approx(jaccard_score(truth.ravel(), prediction.ravel(), average="macro"))
    assert sum(each.tp + each.fn for each in counts) == truth.size


def test_a_pixel_without_answer_is_missed() -> None:
    [ground, cat] = class_counts(np.array([[0, 1, 1]]), np.array([[0, 1, -1]]), 2)
    assert (ground.tp, ground.fp, ground.fn) == (1, 0, 0)
    assert (cat.tp, cat.fp, cat.fn) == (1, 0, 1)


def test_sizes_must_fit() -> None:
    other = segments([[1, 1]], [CAT])
    with pytest.raises(MaskSizesDiffer):
        panoptic_quality(TRUTH, other)
    with pytest.raises(MaskSizesDiffer):
        class_counts(TRUTH.semantic(), other.semantic(), 2)


def test_numbers_without_a_class_are_our_mistake() -> None:
    with pytest.raises(ValueError, match="segment numbers up to 1"):
        segments([[1, 2]], [CAT])
