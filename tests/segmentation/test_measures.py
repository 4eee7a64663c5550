"""Areas, perimeters and scales by hand and against a circle."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vizcore.errors import SettingOutOfRange
from vizcore.segmentation.measures import Measures, measure, perimeter, scale_from


def disc(radius: float, size: int = 200) -> np.ndarray:
    y, x = np.mgrid[:size, :size] + 0.5
    return (y - 90) ** 2 + (x - 110) ** 2 < radius**2


def test_a_rectangle_by_hand() -> None:
    mask = np.zeros((40, 50), bool)
    mask[10:30, 5:45] = True
    found = measure(mask)
    assert (found.area_px, found.box_xyxy, found.centre_xy, found.parts) == (800, (5, 10, 45, 30), (25.0, 20.0), 1)
    assert found.share == 0.4
    assert found.diameter_px == pytest.approx(math.sqrt(4 * 800 / math.pi))
    assert found.area_mm2 is None


@pytest.mark.parametrize("radius", [20, 40, 80])
def test_a_disc_has_the_perimeter_of_a_circle(radius: int) -> None:
    found = measure(disc(radius))
    assert found.perimeter_px == pytest.approx(2 * math.pi * radius, rel=0.02)
    assert found.area_px == pytest.approx(math.pi * radius**2, rel=0.02)
    assert found.diameter_px == pytest.approx(2 * radius, rel=0.01)


def test_holes_have_a_border_too() -> None:
    ring = disc(60) & ~disc(30)
    assert perimeter(ring) == pytest.approx(2 * math.pi * 90, rel=0.03)


def test_a_scale_turns_pixels_into_millimetres() -> None:
    found = measure(disc(50), px_per_mm=5)
    assert found.area_mm2 == pytest.approx(found.area_px / 25)
    assert found.perimeter_mm == pytest.approx(found.perimeter_px / 5)
    assert found.diameter_mm == pytest.approx(20, rel=0.01)
    assert scale_from(100, 20) == 5


def test_an_empty_mask_measures_nothing() -> None:
    assert measure(np.zeros((4, 6), bool)) == Measures(0, 0.0, 0.0, (0, 0, 0, 0), None, 0.0, 0)


def test_two_parts_are_counted() -> None:
    mask = np.zeros((9, 9), bool)
    mask[1:3, 1:3] = mask[6:8, 6:8] = True
    assert measure(mask).parts == 2


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan"), float("inf")])
def test_impossible_scales(scale: float) -> None:
    with pytest.raises(SettingOutOfRange):
        measure(disc(10), px_per_mm=scale)
    with pytest.raises(SettingOutOfRange):
        scale_from(scale, 1.0)
