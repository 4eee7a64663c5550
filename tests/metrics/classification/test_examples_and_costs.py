"""Which examples stand behind a cell, a bin or a wrong answer, and which threshold is cheapest? By hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.metrics.classification.sets import binary, exclusive, golden
from vizcore.metrics.classification.agreement import busiest, confusion_of, taken_for, wholly_right
from vizcore.metrics.classification.averages import class_counts
from vizcore.metrics.classification.calibration import calibration_of, on_an_edge, rows_of_bin
from vizcore.metrics.classification.dataset import ScoreSet
from vizcore.metrics.classification.ranking import Cheapest, cheapest, examples_of_cell, rank

TRUTH, SCORES = np.array([1, 0, 1, 0], bool), np.array([0.9, 0.7, 0.6, 0.2])
RANKING, NOBODY = rank(TRUTH, SCORES), rank(np.zeros(0, bool), np.zeros(0))


@pytest.mark.parametrize(
    ("cell", "rows"), [("tp", [0, 2]), ("fp", [1]), ("fn", []), ("tn", [3])], ids=["tp", "fp", "fn", "tn"]
)
def test_the_examples_behind_a_cell(cell: str, rows: list[int]) -> None:
    assert examples_of_cell(TRUTH, SCORES, 0.5, cell).tolist() == rows
    counts = RANKING.counts_at(0.5)
    assert getattr(counts, cell) == len(rows)
    assert counts.matrix.tolist() == [[counts.tn, counts.fp], [counts.fn, counts.tp]]


def test_those_that_are_surely_there_come_first() -> None:
    assert examples_of_cell(TRUTH, SCORES, 0.0, "tp").tolist() == [0, 2]
    assert examples_of_cell(TRUTH, SCORES, 1.0, "fn").tolist() == [2, 0]
    assert examples_of_cell(TRUTH[:0], SCORES[:0], 0.5, "fp").tolist() == []


def test_costs_of_every_threshold() -> None:
    assert RANKING.costs(5, 1).tolist() == [5, 6, 1, 2]  # misses 1, 1, 0, 0 and alarms 0, 1, 1, 2
    for row, threshold in enumerate(SCORES):
        assert RANKING.costs(3, 2)[row] == RANKING.counts_at(threshold).cost(3, 2)


@pytest.mark.parametrize(
    ("miss", "alarm", "expected"),
    [
        (5, 1, Cheapest(0.6, 1.0, 1 / 6)),
        (1, 1, Cheapest(0.9, 1.0, 0.5)),
        (0, 0, Cheapest(0.9, 0.0, None)),
    ],
    ids=["misses are dear", "the same, the highest of equals", "nothing costs"],
)
def test_the_cheapest_threshold(miss: float, alarm: float, expected: Cheapest) -> None:
    assert cheapest(RANKING, miss, alarm) == expected


def test_it_may_be_cheapest_to_call_nothing() -> None:
    wrong_way_round = rank(~TRUTH, SCORES)
    assert cheapest(wrong_way_round, 1, 9) == Cheapest(None, 2.0, 0.9)
    assert cheapest(NOBODY, 1, 1) is None


def test_precision_of_the_highest_score() -> None:
    assert RANKING.first_precision == 1.0
    assert rank(~TRUTH, SCORES).first_precision == 0.0
    assert NOBODY.first_precision is None


def test_one_class_taken_for_another() -> None:
    data = golden()
    for truth in range(3):
        for found in range(3):
            rows = taken_for(data, truth, found)
            assert len(rows) == confusion_of(data)[truth, found]
            assert (np.diff(data.scores[rows, found]) <= 0).all()
    assert taken_for(data, 2, 1).tolist() == [6]


def test_the_busiest_classes_stay_in_their_order() -> None:
    matrix = np.array([[1, 0, 0], [0, 2, 0], [3, 0, 0]])  # entries as truth and as answer: 2 + 3, 4, 3
    assert busiest(matrix, 2) == [0, 1]
    assert busiest(matrix, 1) == [0]
    assert busiest(matrix, 5) == [0, 1, 2]


def test_wholly_right_examples() -> None:
    truth = np.array([[1, 0], [1, 1], [0, 0]], bool)
    assert wholly_right(truth, truth) == 3
    assert wholly_right(truth, np.array([[1, 0], [1, 0], [0, 1]], bool)) == 1
    assert wholly_right(truth[:0], truth[:0]) == 0
    counts = class_counts(truth, truth)
    assert (counts.of(0).tp, counts.of(0).tn, counts.together().of(0).tp) == (2, 1, 3)


def test_the_examples_of_a_bin() -> None:
    data = exclusive([[0.9, 0.1], [0.3, 0.7], [0.95, 0.05]], [0, 0, 1])
    found = calibration_of(data, 10)
    assert rows_of_bin(data, found, 9).tolist() == [2], "0.9 itself belongs to the bin that it closes"
    assert rows_of_bin(data, found, 0).tolist() == []
    assert np.flatnonzero(~np.isnan(found.gaps)).tolist() == np.flatnonzero(found.counts).tolist()
    assert found.gaps[9] == pytest.approx(0.95)
    labels = ScoreSet(np.array([[0.8, 0.81], [0.1, 0.2]]), np.ones((2, 2), bool), ("a", "b"), "multilabel")
    assert rows_of_bin(labels, calibration_of(labels, 4), 3).tolist() == [0], (
        "once, though both of its labels are there"
    )


def test_only_confidences_on_an_edge_can_move() -> None:
    data = binary([1, 0, 1, 0], [0.0, 0.5, 0.25, 0.3])
    assert on_an_edge(data, np.linspace(0, 1, 5)) == 2
