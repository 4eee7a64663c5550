"""The match table of one frame: every box once, with what became of it and by which rule."""

from __future__ import annotations

import pytest

from tests.metrics.tracking.sequences import random_sequence
from vizcore.metrics.tracking.frame_table import frame_rows
from vizcore.metrics.tracking.report import evaluate_tracking
from vizcore.metrics.tracking.tables import track_table, tracking_data
from vizcore.metrics.tracking.toys import broken_track, golden_sequence


def said(frame: int) -> list[tuple[str, int | None, int | None, str]]:
    rows = frame_rows(evaluate_tracking(golden_sequence()), frame)
    return [(row.outcome, row.truth, row.found, row.rule) for row in rows]


def test_golden_sequence_frame_by_frame() -> None:
    assert said(1) == [("match", 1, 1, "first"), ("match", 2, 3, "first")]
    assert said(2) == [("match", 1, 1, "kept"), ("match", 2, 3, "kept")]
    assert said(3) == [*said(2), ("false_alarm", None, 4, "no_overlap")]
    assert said(4) == [("switch", 1, 2, "assigned"), ("match", 2, 3, "kept")]
    assert said(6) == [("match", 1, 2, "kept"), ("miss", 2, None, "no_overlap")]
    assert said(99) == []


def test_why_a_box_has_no_partner() -> None:
    truth = track_table([1], [1], [[0, 0, 10, 10]])
    found = track_table([1, 1], [1, 2], [[0, 0, 10, 9], [0, 0, 10, 8]])
    rows = frame_rows(evaluate_tracking(tracking_data(truth, found)), 1)
    assert [(row.outcome, row.found, row.rule) for row in rows] == [("match", 1, "first"), ("false_alarm", 2, "taken")]
    rows = frame_rows(evaluate_tracking(tracking_data(truth, found), 0.95), 1, 0.95)
    assert [row.outcome for row in rows] == ["miss", "false_alarm", "false_alarm"]
    assert {row.rule for row in rows} == {"below"}


def test_a_box_of_another_class_is_not_nothing() -> None:
    truth = track_table([1], [1], [[0, 0, 10, 10]], classes=[1])
    found = track_table([1], [1], [[0, 0, 10, 10]], classes=[0])
    rows = frame_rows(evaluate_tracking(tracking_data(truth, found)), 1)
    assert [(row.outcome, row.rule) for row in rows] == [("miss", "other_class"), ("false_alarm", "other_class")]
    anyone = tracking_data(truth.of_any_class(), found.of_any_class())
    assert [row.outcome for row in frame_rows(evaluate_tracking(anyone), 1)] == ["match"]


def test_returned_after_a_gap() -> None:
    data = broken_track(5, 5)
    gap = data.with_found(data.found.at(data.found.frames != 3))
    others = track_table([3], [9], [[500, 500, 510, 510]])
    both = track_table(
        [*gap.found.frames, *others.frames], [*gap.found.ids, *others.ids], [*gap.found.boxes_xyxy, *others.boxes_xyxy]
    )
    [row] = frame_rows(evaluate_tracking(data.with_found(both)), 4)
    assert (row.outcome, row.rule, row.before) == ("match", "returned", 1)


@pytest.mark.parametrize("seed", range(5))
def test_the_rows_add_up_to_the_counts(seed: int) -> None:
    report = evaluate_tracking(random_sequence(seed))
    rows = [row for frame in range(1, report.data.frames + 1) for row in frame_rows(report, frame)]
    counted = report.scores.clear
    of = [row.outcome for row in rows]
    assert (of.count("switch"), of.count("miss"), of.count("false_alarm")) == (
        counted.id_switches, counted.false_negatives, counted.false_positives
    )  # fmt: skip
    assert of.count("match") + of.count("switch") == counted.true_positives
