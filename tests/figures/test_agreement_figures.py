"""Two detectors on one photo, seen: by hand on a few pixels."""

from __future__ import annotations

import numpy as np

from tests.detection.box_sets import SIZE_WH, detections
from vizcore.detection.agreement import KINDS, agreement
from vizcore.figures.agreement import CASE_COLOURS, crop_picture, draw_agreement
from vizcore.figures.theme import red_green_blue
from vizcore.photo import Photo

GREY = Photo(np.full((SIZE_WH[1], SIZE_WH[0], 3), 200, np.uint8), "grey")
A = detections([(10, 10, 40, 40), (60, 10, 90, 40)], classes=[0, 0])
B = detections([(10, 10, 40, 40), (10, 50, 40, 78)], classes=[0, 1])
NOTHING = detections([])


def pixel(picture: np.ndarray, x: int, y: int) -> tuple[int, ...]:
    return tuple(picture[y, x].tolist())


def test_every_case_has_a_colour() -> None:
    assert set(CASE_COLOURS) == set(KINDS)
    assert len(set(CASE_COLOURS.values())) == len(KINDS)


def test_boxes_are_coloured_by_case() -> None:
    drawn = draw_agreement(GREY, A, B, agreement(A, B).rows)
    assert pixel(drawn, 10, 25) == red_green_blue(CASE_COLOURS["both"])
    assert pixel(drawn, 60, 25) == red_green_blue(CASE_COLOURS["only_a"])
    left_edge = {pixel(drawn, 10, y) for y in range(50, 78)}
    assert left_edge == {red_green_blue(CASE_COLOURS["only_b"]), (200, 200, 200)}  # dashes with the photo between
    assert pixel(drawn, 25, 25) == pixel(drawn, 0, 0) == (200, 200, 200)


def test_nothing_is_drawn_for_nothing() -> None:
    assert np.array_equal(draw_agreement(GREY, NOTHING, NOTHING, ()), GREY.rgb)


def test_a_crop_shows_the_boxes_and_a_margin() -> None:
    rows = agreement(A, B).rows
    for row in rows:
        crop = crop_picture(GREY, A, B, row)
        assert 42 <= crop.shape[1] <= 46
        assert (crop == red_green_blue(CASE_COLOURS[row.kind])).all(axis=2).any()
    assert max(crop_picture(GREY, A, B, rows[0], longest_side=20).shape) == 20


def test_crops_and_outlines_at_the_edge_and_on_one_pixel() -> None:
    outside = detections([(-30, -30, 5, 5), (98, 78, 300, 300), (400, 400, 500, 500)])
    for row in agreement(outside, NOTHING).rows:
        assert crop_picture(GREY, outside, NOTHING, row).size
    dot = Photo(np.zeros((1, 1, 3), np.uint8), "dot")
    assert draw_agreement(dot, outside, NOTHING, agreement(outside, NOTHING).rows).shape == (1, 1, 3)
