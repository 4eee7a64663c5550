"""The twelve COCO numbers: pycocotools' own to the last digit, by our matches and by hotcoco."""

from __future__ import annotations

import numpy as np
import pytest

from tests.metrics.detection.sets import pycocotools_stats, random_set, small_set
from vizcore.metrics.detection import coco_summary
from vizcore.metrics.detection.coco_definitions import NAMES, summarised
from vizcore.metrics.detection.coco_summary import accumulated, coco_statistics
from vizcore.metrics.detection.dataset import DetectionData
from vizcore.metrics.detection.large_runs import hotcoco_statistics

BOX = [10.0, 10.0, 20.0, 20.0]
ADVERSARIAL: dict[str, DetectionData] = {
    "random": random_set(0),
    "many pictures": random_set(1, pictures=40, objects=120, boxes=400),
    "ties": random_set(2, levels=4),
    "all scores equal": random_set(3, levels=1),
    "more than 100 detections": random_set(4, pictures=1, classes=2, objects=40, boxes=500),
    "more than 100 with ties": random_set(5, pictures=1, classes=1, objects=60, boxes=400, levels=3),
    "one class": random_set(6, classes=1),
    "every object a crowd": small_set([(0, BOX, 0), (0, BOX, 0)], [(0, BOX, 0, 0.9)] * 3, crowd=[True, True]),
    "crowd beside an object": small_set(
        [(0, BOX, 0), (0, [12.0, 10.0, 20.0, 20.0], 0)], [(0, BOX, 0, s) for s in (0.9, 0.8, 0.7)], crowd=[True, False]
    ),
    "ignored objects": small_set([(0, BOX, 0), (1, BOX, 0)], [(0, BOX, 0, 0.9)], difficult=[True, False]),
    "class without objects": small_set([(0, BOX, 0)], [(0, BOX, 1, 0.9), (0, BOX, 0, 0.5)]),
    "class without detections": small_set([(0, BOX, 0), (1, BOX, 1)], [(0, BOX, 0, 0.5)]),
    "boxes without area": small_set([(0, [5.0, 5.0, 0.0, 0.0], 0)], [(0, [5.0, 5.0, 0.0, 0.0], 0, 0.9)]),
    "negative scores": small_set([(0, BOX, 0)], [(0, BOX, 0, -3.0), (1, BOX, 0, -1.0)]),
    "exactly at a threshold": small_set([(0, [0.0, 0.0, 4.0, 4.0], 0)], [(0, [0.0, 0.0, 4.0, 2.0], 0, 0.9)]),
    "exactly at an area": small_set([(0, [0.0, 0.0, 32.0, 32.0], 0)], [(0, [0.0, 0.0, 32.0, 32.0], 0, 0.9)]),
}


@pytest.mark.parametrize("data", ADVERSARIAL.values(), ids=ADVERSARIAL.keys())
def test_equal_to_pycocotools(data: DetectionData) -> None:
    expected = pycocotools_stats(data)
    ours = summarised(accumulated(data.truth, data.found, len(data.class_names)))
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(hotcoco_statistics(data), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("seed", range(10, 22))
def test_equal_on_more_random_sets(seed: int) -> None:
    data = random_set(seed, pictures=1 + seed % 4, boxes=40 + 37 * (seed % 6), levels=5 * (seed % 3))
    ours = summarised(accumulated(data.truth, data.found, len(data.class_names)))
    np.testing.assert_allclose(ours, pycocotools_stats(data), rtol=0, atol=1e-12)


def test_by_hand() -> None:
    """One large object found at IoU 0.5, another missed: AP50 is the mean over recalls 0 to .5, 51 of 101 points."""
    data = small_set(
        [(0, [0.0, 0.0, 96.0, 98.0], 0), (1, [0.0, 0.0, 96.0, 98.0], 0)], [(0, [0.0, 0.0, 96.0, 49.0], 0, 0.9)]
    )
    stats = dict(zip(NAMES, coco_statistics(data), strict=True))
    assert stats["AP50"] == pytest.approx(51 / 101)
    assert stats["AP"] == pytest.approx(51 / 1010)
    assert (stats["AP75"], stats["AR1"], stats["APs"]) == (0.0, pytest.approx(0.05), -1.0)


def test_nothing_at_all() -> None:
    assert coco_statistics(small_set([], [])).tolist() == [-1.0] * 12
    assert coco_statistics(small_set([], [(0, BOX, 0, 0.9)])).tolist() == [-1.0] * 12
    assert coco_statistics(small_set([(0, BOX, 0)], []))[0] == 0.0


def test_the_order_of_pictures_and_a_shift_of_all_boxes_change_nothing() -> None:
    data = random_set(30)
    moved = data.with_found(data.found.at(np.arange(len(data.found))[::-1]))
    np.testing.assert_allclose(coco_statistics(moved), coco_statistics(data), atol=1e-12)


def test_large_sets_are_counted_by_hotcoco(monkeypatch: pytest.MonkeyPatch) -> None:
    data = random_set(31)
    expected = coco_statistics(data)
    monkeypatch.setattr(coco_summary, "LARGE", 10)
    monkeypatch.setattr(coco_summary, "accumulated", lambda *_: pytest.fail("counted by ourselves"))
    np.testing.assert_allclose(coco_statistics(data), expected, rtol=0, atol=1e-12)
