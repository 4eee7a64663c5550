"""What is proposed to be hidden, and that what is hidden is gone; the measured recall on a part of its own faces."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.plates import drawn_plates
from benchmarks.redaction import found_faces, pasted
from tests.tiny_detectors import tiny_yolo
from vizcore.metrics.proportion import wilson_interval
from vizcore.monitoring import redaction
from vizcore.monitoring.redaction import (
    MEASURED,
    RedactionSettings,
    covered,
    faces,
    lower_part,
    propose_regions,
    redacted,
    region_inside,
    upper_part,
)
from vizcore.photo import Photo
from vizcore.results import Detections, Provenance

PHOTO = Photo(np.random.default_rng(0).integers(0, 256, (80, 120, 3)).astype(np.uint8), "noise")


def test_a_region_is_gone_and_nothing_else_changed() -> None:
    for way in ("mosaic", "grey"):
        hidden = redacted(PHOTO, [(10.2, 20.5, 50.0, 60.0)], way)  # type: ignore[arg-type]
        part = hidden.rgb[20:60, 10:50]
        assert len(np.unique(part.reshape(-1, 3), axis=0)) <= 25
        outside = np.ones((80, 120), bool)
        outside[20:60, 10:50] = False
        assert np.array_equal(hidden.rgb[outside], PHOTO.rgb[outside])
    assert np.array_equal(redacted(PHOTO, []).rgb, PHOTO.rgb)


@pytest.mark.parametrize("box", [(0, 0, 0, 0), (50, 20, 10, 60), (-50, -50, -10, -10), (200, 200, 300, 300)])
def test_boxes_without_an_area_inside_change_nothing(box: tuple[int, int, int, int]) -> None:
    assert np.array_equal(redacted(PHOTO, [box]).rgb, PHOTO.rgb)


@pytest.mark.parametrize(
    ("corners", "expected"),
    [
        ((10, 20, 30, 40), (10, 20, 30, 40)),
        ((30, 40, 10, 20), (10, 20, 30, 40)),
        ((30, 20, 10, 40), (10, 20, 30, 40)),
        ((500, 70, 100, -5), (100, 0, 120, 70)),
        ((0, 0, 0, 0), None),
        ((200, 200, 300, 300), None),
        ((10, 20, 10, 40), None),
    ],
)
def test_the_region_between_two_corners(corners: tuple[float, ...], expected: tuple[float, ...] | None) -> None:
    assert region_inside(PHOTO, corners) == expected


@pytest.mark.parametrize("side", [2, 3, 5, 6, 9, 40])
def test_every_cell_of_a_mosaic_is_a_mean_of_several_pixels(side: int) -> None:
    part = redacted(PHOTO, [(10, 10, 10 + side, 10 + side)]).rgb[10 : 10 + side, 10 : 10 + side]
    assert len(np.unique(part.reshape(-1, 3), axis=0)) <= min(5, side // 2) ** 2


def test_a_box_over_the_edge_is_cut() -> None:
    hidden = redacted(PHOTO, [(100, 70, 500, 500)], "grey")
    assert (hidden.rgb[70:, 100:] == redaction.GREY).all()


def test_heads_and_plates_come_from_people_and_vehicles(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Detections(
        Provenance(),
        np.array([[40.0, 10.0, 60.0, 70.0], [5.0, 50.0, 35.0, 70.0], [80.0, 0.0, 90.0, 10.0]]),
        np.array([0.9, 0.8, 0.7]),
        np.array([0, 1, 2]),
        np.arange(3),
        labels=("person", "car", "cat"),
        size_wh=(120, 80),
    )
    monkeypatch.setattr(redaction, "choose", lambda candidates, settings: found)
    proposal = propose_regions(tiny_yolo(), PHOTO, RedactionSettings(("head", "plate")))
    assert proposal.kinds == ("head", "plate")
    head, plate = proposal.boxes_xyxy
    assert head[1] <= 10
    assert head[3] < 45
    assert plate[1] < 62
    assert plate[3] >= 70
    assert upper_part(np.array([0.0, 0.0, 10.0, 100.0])) == pytest.approx([0, 0, 10, 25])
    assert upper_part(np.array([0.0, 0.0, 80.0, 100.0]))[3] == pytest.approx(52)
    assert lower_part(np.array([0.0, 0.0, 10.0, 10.0])).tolist() == [0, 5, 10, 10]
    assert propose_regions(tiny_yolo(), PHOTO, RedactionSettings(())).boxes_xyxy.shape == (0, 4)


def test_coverage_by_hand() -> None:
    truth = np.array([[0, 0, 10, 10], [20, 20, 30, 30]])
    assert covered(truth, np.array([[0, 0, 8, 10]])).tolist() == [True, False]
    assert covered(truth, np.array([[0, 0, 5, 10]]), least=0.5).tolist() == [True, False]
    assert covered(truth, np.zeros((0, 4))).tolist() == [False, False]
    assert covered(truth, np.array([[0, 0, 4, 10], [6, 0, 10, 10]])).tolist() == [False, False]


def test_the_measured_recall_of_faces() -> None:
    """Eight of the hundred faces: within what 93 of 100 allows, and a tiny photo has none."""
    hits = np.concatenate([found_faces(photo, boxes) for photo, boxes in pasted(8)])
    row = MEASURED[0]
    assert hits.sum() >= 6
    assert wilson_interval(row.found, row.n)[0] > 0.85
    assert faces(Photo(np.zeros((10, 10, 3), np.uint8), "tiny")) == []


def test_drawn_plates_lie_in_their_photos_and_can_be_read() -> None:
    drawn = drawn_plates(6)
    again = drawn_plates(6)
    for (photo, boxes), (same, _boxes) in zip(drawn, again, strict=True):
        x0, y0, x1, y1 = (int(value) for value in boxes[0])
        assert 0 <= x0 < x1 <= photo.width
        assert 0 <= y0 < y1 <= photo.height
        assert 12 <= y1 - y0 <= 40
        assert photo.rgb[y0:y1, x0:x1].std() > 25
        assert photo.sha256 == same.sha256
    assert np.allclose(lower_part(np.array([0.0, 0, 10, 100]), 0.75), [0, 25, 10, 100])
