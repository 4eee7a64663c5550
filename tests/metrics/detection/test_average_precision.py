"""AP under five conventions: the published example, cases by hand, and Ultralytics' own function."""

from __future__ import annotations

import numpy as np
import pytest

from tests.metrics.detection.published_boxes import DETECTIONS, TRUTH
from tests.metrics.detection.sets import pycocotools_stats, random_set, small_set
from vizcore.metrics.detection.average_precision import (
    CONVENTIONS,
    average_precisions,
    coco_mean,
    precision_recall,
    ultralytics_area,
    ultralytics_closed_area,
    voc_area,
    voc_eleven,
)
from vizcore.metrics.detection.matching import IOU_THRESHOLDS, match
from vizcore.metrics.detection.worked_example import worked_example

BOX, FAR = [0.0, 0.0, 10.0, 10.0], [50.0, 50.0, 10.0, 10.0]


@pytest.mark.parametrize(
    ("iou", "expected"),
    [
        (0.5, {"voc07": 0.8864, "voc": 0.8958, "coco": 0.8903, "ultralytics": 0.9338}),
        (0.75, {"voc07": 0.4924, "voc": 0.5097, "coco": 0.5092, "ultralytics": 0.6210}),
    ],
)
def test_the_published_example(iou: float, expected: dict[str, float]) -> None:
    data = worked_example()
    for name, value in expected.items():
        found = average_precisions(data.truth, data.found, 1, name, (iou,))
        assert round(float(found.values[0, 0]), 4) == value, name


def test_the_example_is_the_published_one() -> None:
    data = worked_example()
    places = {name: place for place, name in enumerate(data.pictures.names)}
    for rows, table in ((TRUTH, data.truth), (DETECTIONS, data.found)):
        expected = sorted((places[str(name)], *box[:4]) for name, *box in rows)
        ours = sorted(
            (place, *box) for place, box in zip(table.images.tolist(), table.boxes_xyxy.tolist(), strict=True)
        )
        assert ours == [tuple(map(float, row)) for row in expected]
    assert sorted(row[-1] for row in DETECTIONS) == sorted(data.found.scores)


# Right, wrong, right of three objects: recall 1/3, 1/3, 2/3 and precision 1, 1/2, 2/3.
RECALL, PRECISION = np.array([1, 1, 2]) / 3, np.array([1, 1 / 2, 2 / 3])


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        (voc_eleven, (4 * 1 + 3 * 2 / 3) / 11),
        (voc_area, 1 / 3 + 2 / 9),
        (coco_mean, (34 * 1 + 33 * 2 / 3) / 101),
    ],
)
def test_by_hand(area: object, expected: float) -> None:
    assert area(RECALL, PRECISION) == pytest.approx(expected)  # type: ignore[operator]


def test_ultralytics_own_function() -> None:
    from ultralytics.utils.metrics import compute_ap

    for seed in range(5):
        right = np.random.default_rng(seed).random(40) < 0.6
        recall, precision = np.cumsum(right) / 50, np.cumsum(right) / np.arange(1, 41)
        assert ultralytics_closed_area(recall, precision) == pytest.approx(compute_ap(recall, precision)[0], abs=1e-12)
        assert ultralytics_area(recall, precision) > ultralytics_closed_area(recall, precision)


def test_a_second_box_on_a_taken_object_is_wrong_up_to_yolo11_and_takes_the_next_object_since() -> None:
    """By YOLOv5's rule: sort by IoU, one true box for each detection, then the first detection of each true box."""
    truth = [(0, BOX, 0), (0, [3.0, 0.0, 10.0, 10.0], 0)]
    found = [(0, BOX, 0, 0.9), (0, [1.0, 0.0, 10.0, 10.0], 0, 0.8)]
    data = small_set(truth, found)
    values = {
        name: average_precisions(data.truth, data.found, 2, name, (0.5,)).values[0, 0]
        for name in ("ultralytics", "ultralytics-closed", "voc", "coco")
    }
    assert values["ultralytics"] == pytest.approx(0.6225, abs=1e-4)
    assert values["ultralytics-closed"] == pytest.approx(0.995)
    assert (values["voc"], values["coco"]) == pytest.approx((0.5, 1.0))


def test_a_perfect_detector_has_one_everywhere_and_an_idle_one_zero() -> None:
    truth = [(0, BOX, 0), (1, FAR, 0)]
    perfect, idle = small_set(truth, [(*row, 0.9) for row in truth]), small_set(truth, [])
    for name in CONVENTIONS:
        values = average_precisions(perfect.truth, perfect.found, 2, name, (0.5, 0.95)).values
        # Ultralytics' last point falls from 1 to 0 at recall 1: its best value is 0.995.
        assert values[0].tolist() == pytest.approx([0.995 if "ultralytics" in name else 1] * 2), name
        assert np.isnan(values[1]).all(), "a class without objects has no AP"
        assert average_precisions(idle.truth, idle.found, 2, name, (0.5,)).mean.tolist() == [0.0]


def test_coco_is_the_mean_that_pycocotools_gives() -> None:
    data = random_set(5)
    values = average_precisions(data.truth, data.found, 3, "coco", IOU_THRESHOLDS)
    expected = pycocotools_stats(data)
    assert values.mean.mean() == pytest.approx(expected[0], abs=1e-12)
    assert values.mean[[0, 5]] == pytest.approx(expected[1:3], abs=1e-12)


def test_voc_takes_the_nearest_object_even_when_it_is_taken() -> None:
    """Two detections nearest to the first object: COCO gives the second one the other object, VOC calls it false."""
    data = small_set(
        [(0, BOX, 0), (0, [4.0, 0.0, 10.0, 10.0], 0)], [(0, BOX, 0, 0.9), (0, [1.9, 0.0, 10.0, 10.0], 0, 0.8)]
    )
    coco, voc = (match(data.truth, data.found, rule=rule, thresholds=(0.5,)).right.sum() for rule in ("coco", "voc"))
    assert (coco, voc) == (2, 1)


def test_voc_passes_over_difficult_objects() -> None:
    data = small_set([(0, BOX, 0), (0, FAR, 0)], [(0, BOX, 0, 0.9), (0, FAR, 0, 0.8)], difficult=[True, False])
    found = average_precisions(data.truth, data.found, 2, "voc", (0.5,))
    assert found.values[0, 0] == pytest.approx(1.0)
    matches = match(data.truth, data.found, rule="voc", thresholds=(0.5,))
    assert matches.ignored.sum() == 1


def test_the_curve_names_its_detections() -> None:
    data = small_set([(0, BOX, 0), (1, BOX, 0)], [(0, FAR, 0, 0.4), (0, BOX, 0, 0.9), (1, BOX, 1, 0.8)])
    curve = precision_recall(data.truth, data.found, match(data.truth, data.found, thresholds=(0.5,)), 0)
    assert curve.found.tolist() == [1, 0]
    assert curve.right.tolist() == [True, False]
    assert curve.recall.tolist() == [0.5, 0.5]
    assert curve.precision == pytest.approx([1, 0.5])
