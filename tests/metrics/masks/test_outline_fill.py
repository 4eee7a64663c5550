"""What a closed outline holds: by hand, nothing, moved, against scikit-image, and the same on every page that draws."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.draw import polygon

from vizcore.metrics.masks.hand_drawn import Stroke, mask_of_strokes
from vizcore.metrics.masks.outline_fill import pixels_inside
from vizcore.ui.canvas.outlines import Outline, mask_of

Corners = tuple[tuple[float, float], ...]


def scribble(seed: int, corners: int = 9) -> Corners:
    """Corners at random, in and around a picture of 40 x 30: the outline crosses itself."""
    places = np.random.default_rng(seed).uniform((-8, -8), (48, 38), (corners, 2))
    return tuple((float(x), float(y)) for x, y in places)


def test_a_triangle_by_hand() -> None:
    triangle = ((0.0, 0.0), (4.0, 0.0), (0.0, 4.0))  # centres with x + y < 4; one on the slope is outside
    assert pixels_inside(triangle, 4, 4).astype(int).tolist() == [
        [1, 1, 1, 0],
        [1, 1, 0, 0],
        [1, 0, 0, 0],
        [0, 0, 0, 0],
    ]


def test_what_is_inside_twice_is_outside() -> None:
    square = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0))
    inner = ((1.0, 1.0), (3.0, 1.0), (3.0, 3.0), (1.0, 3.0))
    assert not pixels_inside(square * 2, 4, 4).any()
    ring = pixels_inside((*square, square[0], *inner, inner[0]), 4, 4)
    assert ring.sum() == 16 - 4
    assert not ring[1:3, 1:3].any()


@pytest.mark.parametrize("corners", [(), ((1.0, 1.0),), ((1.0, 1.0), (5.0, 5.0)), ((1.0, 1.0),) * 3])
def test_what_has_no_inside_holds_nothing(corners: Corners) -> None:
    assert not pixels_inside(corners, 6, 6).any()


def test_a_picture_without_pixels() -> None:
    assert pixels_inside(scribble(0), 0, 5).shape == (5, 0)


def test_a_box_holds_the_pixels_whose_centres_lie_in_it_whichever_corner_comes_first() -> None:
    xs, ys = np.meshgrid(np.arange(8) + 0.5, np.arange(6) + 0.5)
    for box in ((2.5, 1.5, 5.5, 3.5), (0.0, 0.0, 8.0, 6.0), (-3.0, 2.2, 4.7, 99.0)):
        x0, y0, x1, y1 = box
        inside = (xs >= x0) & (xs < x1) & (ys >= y0) & (ys < y1)
        corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
        for turn in range(4):
            for way in (1, -1):
                turned = [*corners[turn:], *corners[:turn]][::way]
                assert np.array_equal(pixels_inside(turned, 8, 6), inside)


def test_moved_by_whole_pixels_it_holds_the_same() -> None:
    there = pixels_inside(tuple((x + 20, y + 10) for x, y in scribble(1)), 90, 70)
    assert np.array_equal(there[10:40, 20:60], pixels_inside(scribble(1), 40, 30))


@pytest.mark.parametrize("seed", range(20))
def test_as_scikit_image_fills_and_the_same_on_every_page(seed: int) -> None:
    corners = scribble(seed, 3 + seed)
    wanted = np.zeros((30, 40), bool)
    xs, ys = np.array(corners).T - 0.5  # it counts from pixel centres
    wanted[polygon(ys, xs, wanted.shape)] = True  # type: ignore[no-untyped-call]
    assert np.array_equal(pixels_inside(corners, 40, 30), wanted)
    assert np.array_equal(mask_of([Outline(corners)], 40, 30), wanted)
    assert np.array_equal(mask_of_strokes((Stroke(corners),), 40, 30), wanted)
