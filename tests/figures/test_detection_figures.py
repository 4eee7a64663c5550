"""Figures of the Detection page: a step of NMS, counts, queries and times, true to their data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.ui.detection_parts import CAT, DOG, candidates
from vizcore.detection.queries import QueryAnswers, QueryFocus
from vizcore.figures.queries import best_scores, draw_focus, query_scores
from vizcore.figures.suppression import count_curves, draw_step
from vizcore.figures.theme import SUPPRESSION_COLOURS, class_colour, red_green_blue
from vizcore.figures.timing import phase_bars, time_histogram
from vizcore.photo import Photo
from vizcore.results import Provenance

PHOTO = Photo(np.zeros((100, 200, 3), np.uint8), "dark")


def answers() -> QueryAnswers:
    scores = np.array([[0.1, 0.7, 0.0], [0.9, 0.0, 0.2], [0.0, 0.0, 0.05]])
    boxes = np.array([CAT, DOG, (0, 0, 200, 100)], np.float64)
    return QueryAnswers(Provenance(), scores, boxes, ("person", "cat", "dog"), (200, 100), "sigmoid")


def focus(kind: str) -> QueryFocus:
    points = np.full((2, 1, 3, 2), 60.0)
    points[..., 0] = [40, 80, 900]
    return QueryFocus(
        Provenance(),
        query=1,
        label="person",
        score=0.9,
        box_xyxy=np.array(DOG, np.float64),
        kind=kind,  # type: ignore[arg-type]
        maps=np.full((2, 1, 4, 8), 1 / 32) if kind == "grid" else np.zeros((0, 0, 0, 0)),
        points_xy=points if kind == "points" else np.zeros((0, 0, 0, 2)),
        weights=np.array([[[0.5, 0.3, 0.2]]] * 2) if kind == "points" else np.zeros((0, 0, 0)),
        strides=np.array([8, 16, 32] if kind == "points" else [], np.int64),
        size_wh=(200, 100),
    )


def test_a_step_paints_each_role_in_its_colour() -> None:
    boxes = candidates([CAT, DOG], [0.9, 0.8], [1, 2])
    picture = draw_step(PHOTO, boxes, {"chosen": [0], "waiting": [1]})
    assert picture.shape == (100, 200, 3)
    assert tuple(picture[10, 30]) == red_green_blue(SUPPRESSION_COLOURS["chosen"])
    assert tuple(picture[20, 120]) == red_green_blue(SUPPRESSION_COLOURS["waiting"])
    assert not draw_step(PHOTO, candidates([], [], []), {}).any()


def test_curves_hold_the_counts() -> None:
    figure = count_curves([0.0, 0.5, 1.0], {"boxes": [1, 2, 3], "twice": [0, 0, 1]}, now=0.5, axis="x", family="yolo")
    assert [list(trace.y) for trace in figure.data] == [[1, 2, 3], [0, 0, 1]]


def test_queries_stand_best_first() -> None:
    best, labels = best_scores(answers())
    assert best.tolist() == [0.7, 0.9, 0.05]
    assert labels == ["cat", "person", "dog"]
    (bars,) = query_scores(answers(), least=0.25, axis="x").data
    assert list(bars.y) == [0.9, 0.7, 0.05]
    assert [row[0] for row in bars.customdata] == [1, 0, 2]


@pytest.mark.parametrize("kind", ["grid", "points"])
@pytest.mark.parametrize("layer", [0, 1])
def test_where_a_query_looks_changes_the_photo(kind: str, layer: int) -> None:
    picture = draw_focus(PHOTO, focus(kind), layer)
    assert picture.shape == (100, 200, 3)
    assert picture.any()
    if kind == "points":
        assert picture[60, 40].sum() > picture[60, 80].sum() > 0, "the heavier point is brighter"


def test_a_box_beyond_the_photo_still_has_four_sides() -> None:
    beyond = replace(focus("points"), box_xyxy=np.array([-50.0, -50.0, 500.0, 500.0]))
    picture = draw_focus(PHOTO, beyond, 0)
    colour = red_green_blue(class_colour("person"))
    assert [tuple(picture[place]) for place in ((0, 100), (99, 100), (50, 0), (50, 199))] == [colour] * 4


def test_times_are_histograms_and_stacked_phases() -> None:
    runs = [("a<b", "yolo", np.array([1.0, 2.0])), ("c", "detr", np.array([2.0, 4.0, 4.0]))]
    histogram = time_histogram(runs, axis="ms", count="runs")  # type: ignore[arg-type]
    assert [trace.name for trace in histogram.data] == ["a&lt;b", "c"]
    assert [sum(trace.y) for trace in histogram.data] == [2, 3]
    assert histogram.data[0].x == histogram.data[1].x, "both in the same bins"
    names = {"pre": "Pre", "model": "Model", "post": "Post"}
    bars = phase_bars([("a", {"pre": 1.0, "model": 5.0, "post": 2.0, "total": 8.0})], names, axis="ms")
    assert [trace.x[0] for trace in bars.data] == [1.0, 5.0, 2.0]
