"""Figures of the Detection metrics page: the numbers that go in are the numbers that are drawn."""

from __future__ import annotations

import numpy as np
import pytest

from tests.metrics.detection.sets import random_set, small_set
from vizcore.figures.calibration import reliability_diagram
from vizcore.figures.confusion import confusion_cells, judged_picture
from vizcore.figures.error_types import difference_bars, error_bars
from vizcore.figures.precision_recall import class_curves, convention_curve, threshold_curves
from vizcore.figures.theme import IN_BOTH, MISSED, TOO_MUCH, red_green_blue
from vizcore.i18n import speaking
from vizcore.metrics.detection.average_precision import precision_recall
from vizcore.metrics.detection.calibration import calibration
from vizcore.metrics.detection.error_types import TYPES
from vizcore.metrics.detection.match_result import match_result_at
from vizcore.metrics.detection.matching import match
from vizcore.metrics.detection.operating_point import threshold_curve

NONE = np.zeros((0, 4))


def test_points_of_a_curve_lead_to_their_detections() -> None:
    data = random_set(0)
    curve = precision_recall(data.truth, data.found, match(data.truth, data.found, thresholds=(0.5,)), 0)
    figure = class_curves([("<b>", curve), ("empty", precision_recall(data.truth, data.found.at(slice(0, 0)), match(
        data.truth, data.found.at(slice(0, 0)), thresholds=(0.5,)), 0))])  # fmt: skip
    line, points = figure.data[:2]
    assert [row for [row] in points.customdata] == curve.found.tolist()
    np.testing.assert_allclose(points.y, curve.precision)
    assert line.name == "&lt;b>"
    assert set(points.marker.symbol) == {"circle", "x"}
    assert len(convention_curve(curve).data) == 5


@pytest.mark.parametrize("score", [0.0, 0.3, 0.7])
def test_the_ring_stands_at_precision_and_recall_of_the_threshold(score: float) -> None:
    data = random_set(0)
    curve = precision_recall(data.truth, data.found, match(data.truth, data.found, thresholds=(0.5,)), 0)
    ring = class_curves([("a", curve)], score=score).data[-1]
    kept = np.asarray(curve.scores) >= score
    right = np.asarray(curve.right)[kept]
    assert ring.marker.symbol == "circle-open"
    assert ring.y[0] == pytest.approx(right.mean())
    assert ring.x[0] == pytest.approx(np.asarray(curve.recall)[kept][-1])


def test_nothing_above_the_threshold_has_no_ring() -> None:
    data = random_set(0)
    curve = precision_recall(data.truth, data.found, match(data.truth, data.found, thresholds=(0.5,)), 0)
    assert len(class_curves([("a", curve)], score=1.01).data) == len(class_curves([("a", curve)]).data)


def test_the_line_stands_at_the_threshold() -> None:
    figure = threshold_curves(threshold_curve(match_result_at(random_set(1))), 0.3)
    assert figure.layout.shapes[0].x0 == 0.3
    assert len(threshold_curves(threshold_curve(match_result_at(small_set([], []))), 0.5).data) == 3


def test_every_cell_of_the_matrix_can_be_clicked() -> None:
    figure = confusion_cells(np.array([[3, 1], [0, 0]]), ["cat", "background"])
    heat, points = figure.data
    assert [list(row) for row in points.customdata] == [[0, 0, 3], [0, 1, 1], [1, 0, 0], [1, 1, 0]]
    assert (heat.z[0][0], heat.z[0][1]) == (0.75, 0.25)
    assert np.isnan(heat.z[1]).all(), "an empty cell has no colour"


def test_names_that_begin_alike_keep_cells_of_their_own() -> None:
    names = ["American lobster", "American lobster roll", "background"]
    figure = confusion_cells(np.arange(9).reshape(3, 3), names)
    heat, points = figure.data
    assert len(set(heat.x)) == len(set(heat.y)) == 3
    assert len(set(zip(points.x, points.y, strict=True))) == 9
    assert figure.layout.xaxis.labelalias[heat.x[0]] == figure.layout.yaxis.labelalias[heat.y[1]] == "American lobs…"
    place = next(at for at, row in enumerate(points.customdata) if list(row[:2]) == [0, 1])
    assert (points.y[place], points.x[place]) == (heat.y[0], heat.x[1])
    with speaking("en"):
        said = confusion_cells(np.arange(9).reshape(3, 3), names).data[1].hovertext[place]
    assert said == "truth: American lobster<br>found: American lobster roll"


@pytest.mark.parametrize(("classes", "cell"), [(3, 46), (16, 46), (40, 18), (81, 14)])
def test_many_classes_get_smaller_cells(classes: int, cell: int) -> None:
    figure = confusion_cells(np.eye(classes, dtype=np.int64), [f"class {place}" for place in range(classes)])
    assert figure.layout.height == max(240, cell * classes + 110)
    assert 0 < figure.data[1].marker.size < cell


def test_a_cut_matrix_keeps_the_rows_and_the_shares_of_the_whole_one() -> None:
    matrix = np.array([[3, 1, 4], [0, 0, 2], [1, 0, 3]])
    heat, points = confusion_cells(matrix, ["ant", "bee", "cat"], [0, 2]).data
    assert [list(row) for row in points.customdata] == [[0, 0, 3], [0, 2, 4], [2, 0, 1], [2, 2, 3]]
    assert list(heat.x) == ["0", "2"]
    assert np.asarray(heat.z).tolist() == [[3 / 8, 4 / 8], [1 / 4, 3 / 4]], "of the eight ants, not of seven"
    with speaking("en"):
        said = confusion_cells(matrix, ["ant", "bee", "cat"], [0, 2]).data[1].hovertext
    assert said[1] == "truth: ant<br>found: cat"


def test_bins_keep_their_place_when_some_are_empty() -> None:
    found = calibration(match_result_at(random_set(2, levels=3)))
    bars = reliability_diagram(found).data[0]
    assert [row[0] for row in bars.customdata] == np.flatnonzero(found.counts).tolist()


def test_bars() -> None:
    values = {kind: float(place) for place, kind in enumerate(TYPES)}
    assert list(error_bars(values, {kind: kind for kind in TYPES}, axis="n").data[0].x) == list(values.values())
    assert list(difference_bars(["a", "b"], [1.5, -2.0], axis="points").data[0].text) == ["+1.5", "−2.0"]
    assert difference_bars([], [], axis="points").data[0].x == ()


@pytest.mark.parametrize(("place", "colour"), [(0, IN_BOTH), (1, MISSED), (2, TOO_MUCH)])
def test_boxes_are_drawn_in_their_colour(place: int, colour: str) -> None:
    rgb = np.zeros((480, 640, 3), np.uint8)
    groups = [NONE, NONE, NONE]
    groups[place] = np.array([[100.0, 100, 300, 200]])
    drawn = judged_picture(rgb, *groups)
    assert tuple(drawn[100, 102]) == red_green_blue(colour)
    assert not drawn[150, 200].any()


def test_boxes_beyond_the_picture_and_tiny_pictures() -> None:
    rgb = np.zeros((1, 1, 3), np.uint8)
    assert judged_picture(rgb, np.array([[-50.0, -50, 900, 900]]), NONE, NONE).shape == (480, 480, 3)
