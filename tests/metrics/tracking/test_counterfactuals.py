"""The same tracks with perfect identities, or with perfect boxes: each takes away its own kind of mistake only."""

from __future__ import annotations

import pytest

from tests.metrics.tracking.sequences import random_sequence
from vizcore.metrics.tracking.counterfactuals import with_perfect_boxes, with_perfect_identities
from vizcore.metrics.tracking.report import evaluate_tracking
from vizcore.metrics.tracking.tables import TrackingData, track_table, tracking_data
from vizcore.metrics.tracking.toys import broken_track, golden_sequence, swapped_tracks


def hotas(data: TrackingData) -> tuple[float, float, float]:
    report = evaluate_tracking(data)
    identities = evaluate_tracking(data.with_found(with_perfect_identities(report)))
    boxes = evaluate_tracking(data.with_found(with_perfect_boxes(report)))
    return report.scores.hota.hota, identities.scores.hota.hota, boxes.scores.hota.hota


@pytest.mark.parametrize("data", [broken_track(4, 2), swapped_tracks(8, 3)], ids=["break", "swap"])
def test_only_the_identities_are_wrong(data: TrackingData) -> None:
    now, identities, boxes = hotas(data)
    assert identities == pytest.approx(1)
    assert boxes == pytest.approx(now)


def test_only_the_boxes_are_wrong() -> None:
    whole = broken_track(6, 6)
    gap = whole.found.at(whole.found.frames != 3)
    extra = track_table([*gap.frames, 2], [*gap.ids, 9], [*gap.boxes_xyxy, [400, 400, 440, 440]])
    now, identities, boxes = hotas(whole.with_found(extra))
    assert boxes == pytest.approx(1)
    assert identities == pytest.approx(now), "a missed box costs association too: perfect identities cannot help"
    assert now < 1


def test_both_are_wrong() -> None:
    now, identities, boxes = hotas(golden_sequence())
    assert now < identities < 1
    assert now < boxes < 1


@pytest.mark.parametrize("seed", range(12))
def test_neither_makes_it_worse_and_no_id_stands_twice(seed: int) -> None:
    now, identities, boxes = hotas(random_sequence(seed))
    assert identities >= now - 0.02
    assert boxes >= now - 0.02


def test_nothing_to_improve() -> None:
    nothing = track_table([], [], [])
    report = evaluate_tracking(tracking_data(nothing, nothing))
    assert (len(with_perfect_identities(report)), len(with_perfect_boxes(report))) == (0, 0)
    unseen = evaluate_tracking(broken_track(4, 2).with_found(nothing))
    assert len(set(with_perfect_boxes(unseen).ids.tolist())) == 1
