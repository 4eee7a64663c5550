"""Are masks painted where they are, in their colours, and nowhere else?"""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from vizcore.figures.masks import (
    compared_png,
    cut_out,
    label_map_rgb,
    layer_png,
    object_colour,
    painted,
    painted_labels,
    shown_size,
)
from vizcore.figures.theme import red_green_blue


def square(height: int, width: int, top: int, left: int, side: int) -> np.ndarray:
    mask = np.zeros((height, width), bool)
    mask[top : top + side, left : left + side] = True
    return mask


def opened(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))


def test_blend_worked_by_hand() -> None:
    rgb = np.full((4, 4, 3), 100, np.uint8)
    found = painted(rgb, [square(4, 4, 1, 1, 2)], ["#ff0000"], opacity=0.4)
    assert found[1, 1].tolist() == [162, 60, 60]  # 0.6 x 100 + 0.4 x (255, 0, 0)
    assert found[0, 0].tolist() == [100, 100, 100]
    assert rgb.max() == 100, "the photo itself stays"


@pytest.mark.parametrize("count", [1, 5, 20])
def test_painting_equals_the_plain_formula(count: int) -> None:
    random = np.random.default_rng(count)
    rgb = random.integers(0, 256, (40, 60, 3), dtype=np.uint8)
    masks = [square(40, 60, *random.integers(0, 30, 2), int(random.integers(1, 10))) for _ in range(count)]  # type: ignore[call-arg]
    colours = [object_colour(i + 1) for i in range(count)]
    plain = rgb.copy()
    for mask, colour in zip(masks, colours, strict=True):
        blend = np.round(plain[mask] * (1 - 0.45) + np.array(red_green_blue(colour)) * 0.45)
        plain[mask] = blend.astype(np.uint8)
    assert np.abs(painted(rgb, masks, colours).astype(int) - plain).max() <= 1


def test_no_masks_and_empty_masks_leave_the_photo() -> None:
    rgb = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    assert np.array_equal(painted(rgb, [], []), rgb)
    assert np.array_equal(painted(rgb, [np.zeros((4, 4), bool)], ["#ffffff"]), rgb)
    assert opened(layer_png([], [], (4, 4)))[..., 3].max() == 0
    assert opened(layer_png([np.zeros((4, 4), bool)], ["#ffffff"], (4, 4)))[..., 3].max() == 0


def test_the_layer_has_an_inside_an_outline_and_nothing_else() -> None:
    layer = opened(layer_png([square(40, 40, 10, 10, 20)], ["#56b4e9"], (40, 40), opacity=0.4))
    assert layer[20, 20].tolist() == [0x56, 0xB4, 0xE9, 102]
    assert layer[10, 20].tolist() == [0x56, 0xB4, 0xE9, 255]
    assert layer[5, 5, 3] == 0
    assert layer[30:, :, 3].max() == 0


def test_a_layer_is_drawn_at_the_size_of_the_screen() -> None:
    layer = opened(layer_png([square(400, 800, 0, 0, 400)], ["#ffffff"], (80, 40)))
    assert layer.shape == (40, 80, 4)
    assert layer[20, 20, 3] > 0
    assert layer[20, 60, 3] == 0


def test_two_hundred_masks_and_single_pixels() -> None:
    masks = [square(20, 20, i // 20, i % 20, 1) for i in range(200)]
    layer = opened(layer_png(masks, ["#ffffff"] * 200, (20, 20)))
    assert (layer[..., 3] > 0).sum() == 127
    assert opened(layer_png([np.ones((1, 1), bool)], ["#ffffff"], (1, 1)))[0, 0, 3] > 0


def test_cut_outs_are_cropped_and_transparent_outside() -> None:
    rgb = np.full((6, 6, 3), 7, np.uint8)
    mask = square(6, 6, 1, 2, 3)
    mask[1, 2] = False
    found = cut_out(rgb, mask)
    assert found.shape == (3, 3, 4)
    assert found[0, 0].tolist() == [0, 0, 0, 0]
    assert found[2, 2].tolist() == [7, 7, 7, 255]
    assert cut_out(rgb, np.zeros((6, 6), bool)).tolist() == [[[0, 0, 0, 0]]]


def test_label_maps_and_comparison() -> None:
    assert label_map_rgb(np.array([[0, 1], [2, 0]]), ["#010203", "#040506"]).tolist() == [
        [[0, 0, 0], [1, 2, 3]],
        [[4, 5, 6], [0, 0, 0]],
    ]
    layer = opened(compared_png(square(30, 30, 0, 0, 20), square(30, 30, 10, 0, 20), (30, 30)))
    colours = {tuple(layer[row, 10, :3]) for row in (5, 15, 25)}
    assert len(colours) == 3


def test_label_maps_over_a_photo_of_another_size() -> None:
    rgb = np.full((2, 2, 3), 100, np.uint8)
    labels = np.zeros((4, 4), np.int32)
    labels[:2, :2] = 1
    found = painted_labels(rgb, labels, ["#ff0000"], opacity=0.4)
    assert found.tolist() == [[[162, 60, 60], [100] * 3], [[100] * 3, [100] * 3]]


@pytest.mark.parametrize(
    ("size", "shown"),
    [((20_000, 40), (1024, 2)), ((1, 1), (1, 1)), ((40, 20_000), (2, 1024)), ((640, 480), (640, 480))],
)
def test_sizes_on_the_screen(size: tuple[int, int], shown: tuple[int, int]) -> None:
    assert shown_size(*size, 1024) == shown
