"""Two detectors on one photo, seen: by hand on a few pixels."""

from __future__ import annotations

import numpy as np

from tests.detection.box_sets import SIZE_WH, detections
from vizcore.detection.agreement import KINDS, agreement
from vizcore.figures.agreement import (
    CASE_COLOURS,
    DIMMING,
    TINT,
    agreement_bars,
    crop_picture,
    draw_agreement,
    draw_areas,
)
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


def test_areas_tell_who_covers_them() -> None:
    painted = draw_areas(GREY, A, B)
    assert pixel(painted, 20, 20) == (200, 200, 200)
    assert pixel(painted, 0, 0) == (round(200 * DIMMING),) * 3
    for kind, place in (("only_a", (70, 20)), ("only_b", (20, 60))):
        expected = [(1 - TINT) * 200 + TINT * channel for channel in red_green_blue(CASE_COLOURS[kind])]
        assert np.allclose(pixel(painted, *place), expected, atol=0.5)


def test_nothing_is_drawn_for_nothing() -> None:
    assert np.array_equal(draw_agreement(GREY, NOTHING, NOTHING, ()), GREY.rgb)
    assert (draw_areas(GREY, NOTHING, NOTHING) == round(200 * DIMMING)).all()


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
    assert draw_areas(dot, outside, NOTHING).shape == (1, 1, 3)


def test_bars_count_every_case() -> None:
    figure = agreement_bars(agreement(A, B), {kind: f"<{kind}>" for kind in KINDS})
    (bar,) = figure.data
    assert dict(zip(bar.y, bar.x, strict=True))["&lt;both>"] == 1
    assert sum(bar.x) == 3
    assert bar.y[-1] == "&lt;both>"  # plotly counts from below
