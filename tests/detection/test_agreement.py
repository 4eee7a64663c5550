"""Box by box: both, one only, another class, shifted; paired one to one."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from tests.detection.box_sets import LABELS, detections, random_boxes
from vizcore.detection.agreement import (
    KINDS,
    METHODS,
    NONE,
    AgreementSettings,
    agreement,
    greedy_pairs,
    hungarian_pairs,
)
from vizcore.detection.boxes import iou_matrix

A = detections([(0, 0, 10, 10), (20, 0, 30, 10), (40, 0, 50, 10), (60, 0, 70, 10)], [0.9, 0.8, 0.7, 0.6], [0, 0, 1, 2])
# The same cat; a dog where A has a cat; a dog 4 px further (6 of 14); nothing at 60; a person elsewhere.
B = detections([(0, 0, 10, 10), (20, 0, 30, 10), (44, 0, 54, 10), (80, 50, 90, 60)], [0.5, 0.4, 0.3, 0.2], [0, 1, 1, 2])


def test_by_hand() -> None:
    found = agreement(A, B)
    rows = [(row.kind, row.a, row.b, row.label_a, row.label_b, round(row.iou, 4)) for row in found.rows]
    assert rows == [
        ("both", 0, 0, "cat", "cat", 1.0),
        ("class_conflict", 1, 1, "cat", "dog", 1.0),
        ("shifted", 2, 2, "dog", "dog", 0.4286),
        ("only_a", 3, NONE, "person", "", 0.0),
        ("only_b", NONE, 3, "", "person", 0.0),
    ]
    assert found.counts == dict.fromkeys(KINDS, 1)
    assert found.share == 1 / 5
    assert (found.rows[0].score_a, found.rows[0].score_b) == (0.9, 0.5)
    assert (found.rows[3].score_b, found.rows[4].score_a) == (None, None)


def test_two_names_of_one_class_are_no_conflict() -> None:
    a, b = (detections([(0, 0, 10, 10)], labels=(name,)) for name in ("motorbike", "motorcycle"))
    (row,) = agreement(a, b).rows
    assert (row.kind, row.label_a, row.label_b) == ("both", "motorbike", "motorcycle")


@pytest.mark.parametrize(
    ("settings", "counts"),
    [
        (AgreementSettings(iou=0.4), [2, 1, 0, 1, 1]),
        (AgreementSettings(loose_iou=0.45), [1, 1, 0, 2, 2]),
        (AgreementSettings(iou=1.0), [1, 1, 1, 1, 1]),
        (AgreementSettings(limit=1), [1, 0, 0, 0, 0]),
    ],
)
def test_thresholds(settings: AgreementSettings, counts: list[int]) -> None:
    assert list(agreement(A, B, settings).counts.values()) == counts


def test_a_cut_is_counted() -> None:
    found = agreement(A, B, AgreementSettings(limit=3))
    assert (found.cut_a, found.cut_b) == (1, 1)


def test_nothing_on_either_side() -> None:
    nothing = detections([])
    assert agreement(nothing, nothing).rows == ()
    assert agreement(nothing, nothing).share is None
    assert agreement(A, nothing).counts["only_a"] == agreement(nothing, A).counts["only_b"] == 4


def test_one_box_agrees_with_one_box_only() -> None:
    found = agreement(detections([(0, 0, 10, 10)]), detections([(0, 0, 10, 9), (0, 0, 10, 10), (0, 0, 9, 10)]))
    assert [(row.kind, row.a, row.b) for row in found.rows] == [
        ("both", 0, 1),
        ("only_b", NONE, 0),
        ("only_b", NONE, 2),
    ]
    assert found.rows[1].iou == pytest.approx(0.9)


def test_hungarian_finds_two_pairs_where_greedy_finds_one() -> None:
    iou = np.array([[0.9, 0.8], [0.8, 0.0]])
    allowed = iou >= 0.5
    assert greedy_pairs(iou, allowed) == [(0, 0)]
    assert hungarian_pairs(iou, allowed) == [(0, 1), (1, 0)]


def test_vocabularies_meet_by_label() -> None:
    other = detections([(0, 0, 10, 10)], classes=[1], labels=("person", "cat"))
    assert agreement(detections([(0, 0, 10, 10)]), other).counts["both"] == 1


@pytest.mark.parametrize("method", METHODS)
def test_sides_order_and_place_do_not_matter(method: str) -> None:
    rng = np.random.default_rng(4)
    scores = rng.permutation(np.linspace(0.1, 1, 40))
    boxes, classes = random_boxes(rng, 40, objects=15).astype(np.float64), rng.integers(0, 3, 40)
    settings = AgreementSettings(method=method)

    def sides(order: np.ndarray, shift: float) -> list:
        halves = [order[order < 20], order[order >= 20]]
        return [detections(boxes[half] + shift, scores[half], classes[half]) for half in halves]

    a, b = sides(np.arange(40), 0.0)
    counts = agreement(a, b, settings).counts
    mixed = agreement(*sides(rng.permutation(40), 64.0), settings).counts  # type: ignore[call-arg]
    swapped = agreement(b, a, settings).counts
    assert mixed == counts
    assert swapped == counts | {"only_a": counts["only_b"], "only_b": counts["only_a"]}
    assert sum(counts[kind] for kind in ("both", "class_conflict", "shifted", "only_a")) == 20


def test_no_pairing_has_a_larger_sum_of_iou() -> None:
    """Every pairing of six with six tried out; scipy's own answer as well."""
    rng = np.random.default_rng(5)
    a, b = (random_boxes(rng, 6, side=80).astype(np.float64) for _ in range(2))
    iou = iou_matrix(a, b)
    best = max(sum(iou[row, column] for row, column in enumerate(order)) for order in permutations(range(6)))
    ours = sum(iou[pair] for pair in hungarian_pairs(iou, iou > 0))
    assert ours == pytest.approx(best)
    assert ours == pytest.approx(iou[linear_sum_assignment(-iou)].sum())


def test_many_boxes_and_boxes_without_area() -> None:
    rng = np.random.default_rng(6)
    many = detections(random_boxes(rng, 3000, objects=200), classes=rng.integers(0, 3, 3000))
    found = agreement(many, many)
    assert (found.counts["both"], found.cut_a) == (1000, 2000)
    flat = detections([(5, 5, 5, 9), (9, 9, 1, 1)])
    assert agreement(flat, flat).counts["both"] == 0


def test_different_photos_are_a_mistake() -> None:
    other = detections([])
    object.__setattr__(other, "size_wh", (1, 1))
    with pytest.raises(ValueError, match="one photo"):
        agreement(A, other)


@pytest.mark.parametrize("bad", [{"method": "luck"}, {"iou": 0.0}, {"loose_iou": 1.5}])
def test_settings_are_checked(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="expected"):
        AgreementSettings(**bad)  # type: ignore[arg-type]


def test_the_record() -> None:
    content = agreement(A, B).to_json()
    assert content["rows"][3]["score_b"] is None
    assert content["provenance"]["model"] == "tiny + tiny"
    assert LABELS[0] == content["rows"][0]["label_a"]


@pytest.mark.parametrize(("iou", "loose"), [(0.5, 0.3), (0.25, 0.05), (0.05, 0.05)])
def test_a_shifted_box_may_overlap_less(iou: float, loose: float) -> None:
    found = AgreementSettings.from_iou(iou)
    assert (found.iou, found.loose_iou) == (iou, pytest.approx(loose))
