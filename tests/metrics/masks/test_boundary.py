"""Do boundary IoU and the surface distances agree with a worked case, with brute force and with other libraries?"""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from scipy.spatial.distance import cdist
from skimage.metrics import hausdorff_distance

from vizcore.errors import MaskSizesDiffer
from vizcore.metrics.masks.boundary import (
    boundary_band,
    boundary_iou,
    boundary_width,
    surface,
    surface_distances,
)

EMPTY = np.zeros((20, 30), bool)


def blob(seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).random((40, 60))
    mask: np.ndarray = cv2.GaussianBlur(noise, (0, 0), 4) > 0.5
    return mask


def square(left: int, top: int, side: int) -> np.ndarray:
    mask = EMPTY.copy()
    mask[top : top + side, left : left + side] = True
    return mask


def test_a_square_by_hand() -> None:
    """A square of 5 and the same 2 px further right: 25 and 25 pixels, 16 on each outline."""
    a, b = square(4, 4, 5), square(6, 4, 5)
    assert surface(a).sum() == 16
    distances = surface_distances(a, b)
    assert distances.hausdorff() == 2
    assert distances.farthest is not None
    (x, y), (other_x, other_y) = distances.farthest
    assert math.hypot(x - other_x, y - other_y) == 2
    assert boundary_iou(a, b, 1) == pytest.approx(6 / 26)  # shared: columns 6..8 of the upper and lower rims


@pytest.mark.parametrize("seeds", [(0, 1), (2, 3), (4, 4)])
def test_distances_as_brute_force_and_scikit_image(seeds: tuple[int, int]) -> None:
    a, b = (blob(seed) for seed in seeds)
    distances = surface_distances(a, b)
    every = cdist(np.argwhere(surface(a)), np.argwhere(surface(b)))
    to_b, to_a = every.min(axis=1), every.min(axis=0)
    assert distances.from_truth == pytest.approx(to_b)
    assert distances.from_prediction == pytest.approx(to_a)
    assert distances.hausdorff() == pytest.approx(hausdorff_distance(surface(a), surface(b)))
    assert distances.hausdorff_95() == pytest.approx(max(np.percentile(to_b, 95), np.percentile(to_a, 95)))
    assert distances.average() == pytest.approx(np.concatenate([to_b, to_a]).mean())


def test_the_farthest_pair_is_where_the_distance_is() -> None:
    a, b = blob(0), blob(1)
    distances = surface_distances(a, b)
    assert distances.farthest is not None
    here, there = distances.farthest
    assert math.dist(here, there) == pytest.approx(distances.hausdorff())
    assert {bool(surface(a)[p[1], p[0]]) or bool(surface(b)[p[1], p[0]]) for p in (here, there)} == {True}


@pytest.mark.parametrize("width", [1, 3, 6])
def test_the_band_is_what_erosion_takes_away(width: int) -> None:
    mask = blob(5)
    padded = np.pad(mask.astype(np.uint8), 1)
    eroded = cv2.erode(padded, np.ones((3, 3), np.uint8), iterations=width)[1:-1, 1:-1]
    assert np.array_equal(boundary_band(mask, width), mask & (eroded == 0))


def test_symmetry_and_identity() -> None:
    a, b = blob(6), blob(7)
    there, back = surface_distances(a, b), surface_distances(b, a)
    for name in ("hausdorff", "hausdorff_95", "average"):
        assert getattr(there, name)() == pytest.approx(getattr(back, name)())
        assert getattr(surface_distances(a, a), name)() == 0
    assert there.hausdorff() >= there.hausdorff_95() >= 0
    assert boundary_iou(a, b) == boundary_iou(b, a)
    assert boundary_iou(a, a) == 1


def test_a_wide_band_is_the_whole_mask() -> None:
    a, b = blob(8), blob(9)
    assert boundary_iou(a, b, 100) == pytest.approx((a & b).sum() / (a | b).sum())


def test_empty_masks() -> None:
    one_empty, both_empty = surface_distances(square(3, 3, 4), EMPTY), surface_distances(EMPTY, EMPTY)
    for name in ("hausdorff", "hausdorff_95", "average"):
        assert getattr(one_empty, name)() == math.inf
        assert getattr(both_empty, name)("one") == 0
        assert math.isnan(getattr(both_empty, name)("skip"))
    assert both_empty.farthest is None
    assert boundary_iou(EMPTY, EMPTY) == 1
    assert math.isnan(boundary_iou(EMPTY, EMPTY, empty="skip"))
    assert boundary_iou(EMPTY, square(3, 3, 4)) == 0


def test_full_and_one_pixel() -> None:
    full, dot = np.ones((4, 5), bool), np.ones((1, 1), bool)
    assert surface(full).sum() == 14, "the picture's edge is outline too"
    assert surface_distances(full, full).hausdorff() == 0
    assert surface_distances(dot, dot).hausdorff() == 0
    assert boundary_iou(dot, dot) == 1


@pytest.mark.parametrize(("height", "width", "pixels"), [(1, 1, 1), (480, 640, 16), (300, 400, 10)])
def test_width_of_the_band(height: int, width: int, pixels: int) -> None:
    assert boundary_width(height, width) == pixels


def test_sizes_must_fit() -> None:
    for compare in (surface_distances, boundary_iou):
        with pytest.raises(MaskSizesDiffer):
            compare(EMPTY, EMPTY.T)
