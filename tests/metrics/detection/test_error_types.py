"""TIDE's six types: one set by hand for each, and what mending them is worth."""

from __future__ import annotations

import numpy as np
import pytest

from tests.metrics.detection.sets import random_set, small_set
from vizcore.metrics.detection.dataset import DetectionData
from vizcore.metrics.detection.error_types import TYPES, error_types
from vizcore.metrics.detection.match_result import match_result_at

BOX, FAR = [0.0, 0.0, 10.0, 10.0], [50.0, 50.0, 10.0, 10.0]
HALF = [5.0, 0.0, 10.0, 10.0]  # IoU 1/3 with BOX


def only(*found: tuple[int, list[float], int, float]) -> DetectionData:
    return small_set([(0, BOX, 0)], list(found))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (only((0, BOX, 1, 0.9)), "classification"),
        (only((0, HALF, 0, 0.9)), "localisation"),
        (only((0, HALF, 1, 0.9)), "both"),
        (only((0, BOX, 0, 0.9), (0, BOX, 0, 0.8)), "duplicate"),
        (only((0, FAR, 0, 0.9)), "background"),
        (only((1, FAR, 0, 0.9)), "background"),
        (only(), "missed"),
    ],
)
def test_each_type_by_hand(data: DetectionData, kind: str) -> None:
    counts = error_types(data, match_result_at(data)).counts
    expected = dict.fromkeys(TYPES, 0) | {kind: 1}
    if kind in ("background", "both"):
        expected["missed"] = 1  # no mended error would find the object
    assert counts == expected


def test_mending_by_hand() -> None:
    """One of two objects found, the other confused: AP 51/101, and 1 once the class is right."""
    data = small_set([(0, BOX, 0), (1, BOX, 0)], [(0, BOX, 0, 0.9), (1, BOX, 1, 0.8), (1, FAR, 0, 0.7)])
    found = error_types(data, match_result_at(data))
    assert found.mean_ap == pytest.approx(51 / 101)
    assert found.gains["classification"] == pytest.approx(50 / 101)
    assert found.gains["background"] == pytest.approx(0)
    assert found.gains["missed"] == pytest.approx(0), "a mended class would find it, so it is not missed"
    assert found.target[found.kind == 0].tolist() == [1]


def test_a_miss_need_not_be_found_any_more() -> None:
    data = small_set([(0, BOX, 0), (1, BOX, 0)], [(0, BOX, 0, 0.9)])
    assert error_types(data, match_result_at(data)).gains["missed"] == pytest.approx(50 / 101)


def test_only_the_best_of_several_errors_wins_an_object() -> None:
    data = only((0, HALF, 0, 0.9), (0, HALF, 0, 0.8))
    found = error_types(data, match_result_at(data))
    assert found.counts["localisation"] == 2
    assert found.gains["localisation"] == pytest.approx(1.0)


@pytest.mark.parametrize("seed", range(4))
def test_every_wrong_detection_has_a_type(seed: int) -> None:
    data = random_set(seed)
    match_result = match_result_at(data)
    found = error_types(data, match_result)
    assert ((found.kind >= 0) == ~match_result.right).all()
    assert sum(found.counts.values()) == (~match_result.right).sum() + len(found.missed)
    assert set(found.missed) <= set(match_result.missed())
    assert all(gain >= -1e-12 for name, gain in found.gains.items() if name != "missed")


def test_nothing_at_all() -> None:
    for data in (small_set([], []), small_set([], [(0, BOX, 0, 0.9)])):
        found = error_types(data, match_result_at(data))
        assert np.isnan(found.mean_ap)
        assert found.counts["background"] == len(data.found)
