"""Pictures and plots of the Features page, by hand on a few pixels."""

from __future__ import annotations

import numpy as np
import pytest

from vizcore.features.cost import cost_table
from vizcore.features.faithfulness import Curve, Faithfulness, FaithfulnessTable
from vizcore.figures.channels import channel_tiles, share_of_zeros, strongest_channels
from vizcore.figures.cost import LINKS, MACS, cost_curves
from vizcore.figures.curves import faithfulness_curves
from vizcore.figures.overlay import UNSEEN_DIMMING
from vizcore.figures.preprocessing import outlined_region, step_picture
from vizcore.figures.token_colours import painted_patches
from vizcore.photo import Photo
from vizcore.results import FeatureMaps, Provenance

GREY = np.full((40, 80, 3), 200, np.uint8)
# Channel 0 is silent, 1 varies a little, 2 varies most.
MAPS = FeatureMaps(
    Provenance(), np.array([[[0, 0], [0, 0]], [[0, 1], [0, 1]], [[0, 9], [0, 3]]], np.float32), "s", (0, 0, 8, 8)
)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((1, 1), (384, 384)),
        ((128, 100), (384, 300)),
        ((300, 200), (300, 200)),
        ((768, 384), (384, 192)),
        ((4, 9000), (1, 384)),
    ],
)
def test_a_step_fits_the_screen(shape: tuple[int, int], expected: tuple[int, int]) -> None:
    assert step_picture(np.zeros((*shape, 3), np.uint8)).shape[:2] == expected


def test_pixels_of_a_small_picture_become_squares() -> None:
    pixels = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    large = step_picture(pixels, side=8)
    assert np.array_equal(large[::4, ::4], pixels)
    assert np.array_equal(large[3, 3], pixels[0, 0])


def test_the_seen_part_is_framed_and_the_rest_is_darker() -> None:
    drawn = outlined_region(GREY, (20, 0, 60, 40), side=80)
    assert tuple(drawn[20, 5]) == (round(200 * UNSEEN_DIMMING),) * 3
    assert tuple(drawn[20, 40]) == (200, 200, 200)
    assert tuple(drawn[20, 20]) == (255, 255, 255)


def test_a_region_outside_a_tiny_picture_is_drawn() -> None:
    assert outlined_region(np.zeros((1, 1, 3), np.uint8), (0, 0, 1, 1)).any()
    assert outlined_region(np.zeros((40, 20000, 3), np.uint8), (9980, 0, 10020, 40)).shape[1] == 768


def test_channels_by_how_much_they_vary() -> None:
    assert strongest_channels(MAPS, 2) == (2, 1)
    assert share_of_zeros(MAPS) == pytest.approx(8 / 12)


def test_tiles_are_scaled_one_by_one() -> None:
    tiles = channel_tiles(MAPS, 3)
    assert tiles.channels == (2, 1, 0)
    assert tiles.shape_hw == (1, 3)
    assert tiles.rows.tolist() == [[0, 255, 0, 85], [0, 255, 0, 255], [0, 0, 0, 0]]
    assert tiles.rgb.shape == (102, 306, 3)


def test_more_tiles_than_channels_and_a_large_grid() -> None:
    large = FeatureMaps(Provenance(), np.random.default_rng(0).random((5, 112, 224)), "s", (0, 0, 8, 8))
    tiles = channel_tiles(large, 96)
    assert tiles.places_hw == (28, 56)
    assert tiles.rows.shape == (tiles.shape_hw[0] * tiles.shape_hw[1], 28 * 56)
    assert tiles.shape_hw == (2, 3)


def test_patches_are_painted_where_they_lie() -> None:
    photo = Photo(GREY, "grey")
    colours = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [9, 9, 9]]], np.uint8)
    painted = painted_patches(photo, colours, (20, 0, 60, 40))
    assert painted[10, 25].tolist() == [255, 0, 0]
    assert painted[10, 55].tolist() == [0, 255, 0]
    assert painted[30, 25].tolist() == [0, 0, 255]
    assert painted[10, 5].tolist() == [90, 90, 90]
    faint = painted_patches(photo, colours, (20, 0, 60, 40), strength=0.0)
    assert (faint[:, 20:60] == 200).all()


def _table() -> FaithfulnessTable:
    curve = Curve(np.array([0.8, 0.4, 0.0]))
    row = Faithfulness("grad-cam", 0.8, 0.2, curve, curve)
    noise = Faithfulness("random", 0.8, 0.2, curve, curve)
    return FaithfulnessTable(Provenance(), (row,), noise, 0, "cat", np.array([0.0, 0.5, 1.0]))


def test_one_curve_for_each_map_and_the_random_one_dotted() -> None:
    names = {"grad-cam": "Grad-CAM", "random": "Random"}
    figure = faithfulness_curves(_table(), "deletion", names, axis="hidden")
    assert [line.name for line in figure.data] == ["Grad-CAM", "Random"]
    assert [line.line.dash for line in figure.data] == ["solid", "dot"]
    assert list(figure.data[0].y) == pytest.approx([80, 40, 0])
    with pytest.raises(ValueError, match="expected deletion or insertion"):
        faithfulness_curves(_table(), "masked", names, axis="")


def test_cost_lines() -> None:
    rows = cost_table((512, 1024), 16, 768, 8)
    names = {"vit": "ViT", "swin": "Swin", "cnn": "ConvNeXt"}
    links = cost_curves(rows, LINKS, names, now=1024, axes=("side", "numbers"))
    assert list(links.data[0].y) == [1024**2, 4096**2]
    assert list(links.data[1].y) == [1024 * 64, 4096 * 64]
    work = cost_curves(rows, MACS, names, now=1024, axes=("side", "MACs"))
    assert [line.name for line in work.data] == ["ViT", "Swin", "ConvNeXt"]
