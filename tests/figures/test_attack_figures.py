"""Do the figures of the Adversarial and Robustness pages show the numbers they were given?"""

from __future__ import annotations

import numpy as np
import pytest

from vizcore.figures.confidence import share_lines
from vizcore.figures.share_table import share_table
from vizcore.figures.signed import MIDDLE, enlarged, signed_difference, spectrum_picture
from vizcore.figures.surviving import Bar, surviving_bars


def test_no_change_is_middle_grey_and_signs_go_either_way() -> None:
    difference = np.zeros((2, 2, 3), np.float32)
    difference[0, 0] = (4, -4, 0)
    shown = signed_difference(difference, 10)
    assert shown[-1, -1].tolist() == [MIDDLE] * 3
    assert shown[0, 0].tolist() == [MIDDLE + 40, MIDDLE - 40, MIDDLE]
    assert signed_difference(100 * difference, 10)[0, 0].tolist() == [255, 0, MIDDLE]


def test_enlarged_repeats_whole_pixels() -> None:
    rgb = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    large = enlarged(rgb, 5)
    assert large.shape == (6, 6, 3)
    assert np.array_equal(large[::3, ::3], rgb)
    assert enlarged(rgb, 1).shape == rgb.shape


@pytest.mark.parametrize(
    ("size_hw", "shown_hw"),
    [((1, 2_500), (1, 2_500)), ((900, 1), (1800, 2)), ((1, 1), (384, 384)), ((1, 2), (384, 768))],
)
def test_a_strip_does_not_grow_without_end(size_hw: tuple[int, int], shown_hw: tuple[int, int]) -> None:
    assert enlarged(np.zeros((*size_hw, 3), np.uint8)).shape[:2] == shown_hw


def test_the_spectrum_of_a_plain_change_is_one_point_in_the_middle() -> None:
    shown = spectrum_picture(np.ones((8, 8, 3), np.float32)).sum(axis=2)
    factor = shown.shape[0] // 8
    assert shown[4 * factor, 4 * factor] == shown.max()
    assert (shown == shown.max()).sum() == factor**2


def test_lines_are_in_percent_and_names_become_a_category_axis() -> None:
    figure = share_lines(["0/255", "8/255"], {"a": np.array([0.0, 0.5]), "b": np.array([1.0, 0.25])}, "cnn", axis="x")
    assert [list(line.y) for line in figure.data] == [[0, 50], [100, 25]]
    assert figure.layout.xaxis.type == "category"
    assert share_lines([1, 2], {"a": np.array([0.0, 1.0])}, "vit", axis="x").layout.xaxis.type == "linear"
    assert not share_lines([], {"a": np.array([])}, "vit", axis="x").data[0].x


def test_a_table_leaves_unknown_cells_empty() -> None:
    figure = share_table(np.array([[0.5, np.nan]]), ["row"], ["a", "b"])
    assert figure.data[0].z[0][0] == 50
    assert figure.data[0].text[0] == ("50", "") or list(figure.data[0].text[0]) == ["50", ""]


def test_bars_are_drawn_from_top_to_bottom_as_given() -> None:
    figure = surviving_bars([Bar("first", 1.0, True, "dog"), Bar("last", 0.1, False, "<cat>")], "cnn")
    assert list(figure.data[0].y) == ["last", "first"]
    assert figure.data[0].text[1].startswith("✓")
    assert figure.data[0].text[0].startswith("✗")
    assert "<" not in figure.data[0].customdata[0].replace("&lt;", "")
