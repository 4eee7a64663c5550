"""What do a DETR's queries say, which are meant, and how much of what one reads lies in its box? By hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.ui.detection_parts import CAT, DOG, NEAR_CAT
from vizcore.detection.choosing import duplicates
from vizcore.detection.queries import QueryAnswers, QueryFocus
from vizcore.results import Provenance

NOTHING = np.array([], np.int64)


@pytest.fixture
def answers() -> QueryAnswers:
    return QueryAnswers(
        Provenance(),
        np.array([[0.1, 0.7, 0.0], [0.9, 0.0, 0.2], [0.0, 0.8, 0.05]]),
        np.array([CAT, DOG, NEAR_CAT], np.float64),
        ("person", "cat", "dog"),
        (200, 100),
        "sigmoid",
    )


def test_queries_as_detections_stand_best_first(answers: QueryAnswers) -> None:
    found = answers.as_detections(np.array([0, 1, 2]))
    assert found.origin.tolist() == [1, 2, 0]
    assert [found.labels[i] for i in found.class_ids] == ["person", "cat", "cat"]
    assert duplicates(found) == 1
    assert len(answers.as_detections(NOTHING)) == 0


def test_queries_that_say_something(answers: QueryAnswers) -> None:
    assert answers.saying(0.8).tolist() == [1, 2]
    assert answers.saying(0.95).tolist() == []


def test_queries_as_what_they_were_assigned(answers: QueryAnswers) -> None:
    found = answers.as_assigned(np.array([2, 0]), ["dog", "cat"])
    assert found.origin.tolist() == [2, 0]
    assert found.scores.tolist() == [0.05, 0.7]
    assert found.boxes_xyxy.tolist() == [list(NEAR_CAT), list(CAT)]
    assert len(answers.as_assigned(NOTHING, [])) == 0
    with pytest.raises(ValueError, match="not in tuple"):
        answers.class_ids_of(["zebra"])


def test_true_boxes_stand_in_the_queries_vocabulary(answers: QueryAnswers) -> None:
    found = answers.as_truth(np.array([DOG], np.float64), ["dog"])
    assert (found.class_ids.tolist(), found.scores.tolist(), found.origin.tolist()) == ([2], [1.0], [0])


def test_the_share_of_weight_inside_the_box() -> None:
    points = np.array([[[[20.0, 20.0], [60.0, 20.0]], [[10.0, 50.0], [0.0, 0.0]]]])  # (1 layer, 2 heads, 2 points, 2)
    weights = np.array([[[0.75, 0.25], [0.5, 0.5]]])
    focus = QueryFocus(
        Provenance(), 0, "cat", 0.9, np.array(CAT, np.float64), "points", np.zeros((0, 0, 0, 0)), points, weights,
        np.array([8, 16]), (200, 100),
    )  # fmt: skip
    assert focus.weight_inside(0) == (0.75 + 0.5) / 2
    assert replace(focus, weights=np.zeros((1, 2, 2))).weight_inside(0) == 0.0
