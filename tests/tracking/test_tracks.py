"""Trackers behind one table, faults on purpose, and what is measured on tracks."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest

from vizcore.errors import LibraryMissing
from vizcore.metrics.tracking.mot_text import mot_text, read_mot
from vizcore.metrics.tracking.report import evaluate_tracking
from vizcore.metrics.tracking.tables import TrackTable, track_table, tracking_data
from vizcore.segmentation.rle import encode
from vizcore.tracking.drawn import MovingSettings, drawn_clip
from vizcore.tracking.export import coco_video_json
from vizcore.tracking.faults import Faults, with_faults
from vizcore.tracking.measures import measure_tracks, trajectory
from vizcore.tracking.trackers import TRACKERS, FrameBoxes, TrackerSettings, follow

SIZE = (480, 320)


def truth() -> TrackTable:
    clip = drawn_clip(MovingSettings(seed=2, frames=30))
    assert clip.truth is not None
    return clip.truth.table


def two_walkers(frames: int = 40, gap: range = range(0)) -> list[FrameBoxes]:
    """One goes right, one goes down; in the gap nobody is seen."""
    boxes = [
        np.array([[10 + 4 * t, 10, 50 + 4 * t, 60], [200, 20 + 3 * t, 240, 70 + 3 * t]], float) for t in range(frames)
    ]
    nobody = FrameBoxes(np.zeros((0, 4)), np.zeros(0), np.zeros(0, np.int64))
    return [
        nobody if t in gap else FrameBoxes(each, np.array([0.9, 0.8]), np.array([0, 1])) for t, each in enumerate(boxes)
    ]


@pytest.mark.parametrize("key", TRACKERS)
def test_two_walkers_keep_two_identities(key: str) -> None:
    tracks = follow(two_walkers(), TrackerSettings(key, confirm=2))
    assert sorted(set(tracks.ids.tolist())) == [1, 2]
    assert tracks.frames[0] == 2, "what is not confirmed yet has no id"
    for who in (1, 2):
        assert len(set(tracks.classes[tracks.ids == who].tolist())) == 1
    assert (tracks.boxes_xyxy[-2:, 2] > tracks.boxes_xyxy[-2:, 0]).all()


@pytest.mark.parametrize("key", TRACKERS)
def test_nothing_to_follow_is_an_empty_table(key: str) -> None:
    nobody = FrameBoxes(np.zeros((0, 4)), np.zeros(0), np.zeros(0, np.int64))
    assert len(follow([nobody] * 5, TrackerSettings(key))) == 0
    assert len(follow([], TrackerSettings(key))) == 0


@pytest.mark.parametrize(("lost", "identities"), [(10, 2), (1, 4)])
def test_a_short_loss_is_bridged_only_while_the_track_is_kept(lost: int, identities: int) -> None:
    tracks = follow(two_walkers(gap=range(15, 20)), TrackerSettings("sort", lost_frames=lost))
    assert len(set(tracks.ids.tolist())) == identities


def test_weak_boxes_open_no_track() -> None:
    assert len(follow(two_walkers(), TrackerSettings("bytetrack", activation=0.95))) == 0


def test_settings_are_checked() -> None:
    with pytest.raises(ValueError, match="tracker"):
        TrackerSettings("deepsort")
    with pytest.raises(ValueError, match="activation"):
        TrackerSettings(activation=2)


def test_without_the_library_it_is_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trackers", None)
    with pytest.raises(LibraryMissing):
        follow(two_walkers(3), TrackerSettings())


def numbers(faults: Faults) -> dict[str, float]:
    found = with_faults(truth(), faults, SIZE, 30)
    return evaluate_tracking(tracking_data(truth(), found, frames=30)).scores.numbers()


def test_without_faults_it_is_the_truth() -> None:
    found = numbers(Faults())
    assert (found["mota"], found["idf1"], found["hota"]) == pytest.approx((1, 1, 1))


def test_each_fault_moves_its_own_numbers() -> None:
    misses, alarms = numbers(Faults(misses=0.3)), numbers(Faults(false_alarms=1.0))
    assert (misses["fp"], alarms["fn"]) == (0, 0)
    assert misses["fn"] / len(truth()) == pytest.approx(0.3, abs=0.12)
    assert alarms["fp"] / 30 == pytest.approx(1.0, abs=0.6)
    jitter = numbers(Faults(jitter=0.1))
    assert jitter["loca"] < 0.95
    for wrong in (Faults(swaps=2), Faults(breaks=2)):
        found = numbers(wrong)
        assert (found["fn"], found["fp"]) == (0, 0)
        assert found["deta"] == pytest.approx(1)
        assert found["id_switches"] >= 2
        assert found["assa"] < 1


def test_one_fault_leaves_the_others_where_they_are() -> None:
    alone = with_faults(truth(), Faults(misses=0.3), SIZE, 30)
    both = with_faults(truth(), Faults(misses=0.3, jitter=0.1), SIZE, 30)
    assert np.array_equal(alone.frames, both.frames)
    assert len(with_faults(track_table([], [], []), Faults(false_alarms=1, swaps=1, breaks=1), SIZE, 30)) == 0


def test_zone_speed_and_way_by_hand() -> None:
    """30 px to the right each frame at 10 fps; the foot is in the zone from 40 to 80 in frames 2 and 3."""
    boxes = [[30 * t, 0, 30 * t + 20, 40] for t in (0, 1, 2, 3)]
    [found] = measure_tracks(track_table([1, 2, 3, 4], [7] * 4, boxes), 10.0, (40, 30, 80, 50))
    assert (found.identity, found.first, found.last, found.boxes, found.entries) == (7, 1, 4, 4, 1)
    assert (found.in_zone_s, found.speed_px_s, found.length_px) == pytest.approx((0.2, 300, 90))
    assert trajectory(track_table([1, 2, 3, 4], [7] * 4, boxes), 7)[0].tolist() == [10, 40]


@pytest.mark.parametrize("frames", [list(range(1, 22)), list(range(1, 22, 2)), [1, 21]])
def test_an_object_that_stands_in_the_zone_is_there_where_its_box_is_missing_too(frames: list[int]) -> None:
    [found] = measure_tracks(
        track_table(frames, [1] * len(frames), [[50, 0, 60, 40]] * len(frames)), 10.0, (40, 30, 80, 50)
    )
    assert (found.in_zone_s, found.entries) == (pytest.approx(2.1), 1)


def test_the_even_way_between_two_boxes_leads_through_the_zone() -> None:
    boxes = [[0, 0, 20, 40], [100, 0, 120, 40]]  # the foot at 10 and 110, and at 60 in between
    [found] = measure_tracks(track_table([1, 3], [1, 1], boxes), 10.0, (40, 30, 80, 50))
    assert (found.in_zone_s, found.entries) == (pytest.approx(0.1), 1)


def test_a_gap_does_not_make_it_faster_and_one_box_has_no_speed() -> None:
    [found] = measure_tracks(track_table([1, 3], [1, 1], [[0, 0, 10, 10], [60, 0, 70, 10]]), 10.0, (0, 0, 9, 9))
    assert found.speed_px_s == pytest.approx(300)
    [alone] = measure_tracks(track_table([5], [1], [[0, 0, 10, 10]]), 10.0, (0, 0, 9, 9))
    assert math.isnan(alone.speed_px_s)
    assert measure_tracks(track_table([], [], []), 10.0, (0, 0, 9, 9)) == []


def test_exports_hold_the_same_tracks() -> None:
    clip = drawn_clip(MovingSettings(seed=2, frames=8))
    assert clip.truth is not None
    table, rles = clip.truth.table, clip.truth.masks
    again, _left_out = read_mot(mot_text(table).encode())
    assert np.array_equal(again.boxes_xyxy, table.boxes_xyxy)
    content = coco_video_json(clip, table, clip.truth.class_names, dict(enumerate(rles)))
    assert (len(content["images"]), len(content["annotations"])) == (8, len(table))
    first = content["annotations"][0]
    assert first["bbox"] == [*table.boxes_xyxy[0, :2], *(table.boxes_xyxy[0, 2:] - table.boxes_xyxy[0, :2])]
    assert content["categories"][first["category_id"]]["name"] == clip.truth.class_names[table.classes[0]]
    assert first["area"] == int(encode(rles[0].decode()).decode().sum())
