"""Do the pictures of masks and segments show what they stand for?"""

from __future__ import annotations

import math

import numpy as np
import pytest

from vizcore.figures.mask_pairs import (
    band_picture,
    dice_against_iou,
    gradient_picture,
    pair_picture,
    paper,
    size_curves,
)
from vizcore.figures.segments import segment_colours, segments_picture, shaded
from vizcore.figures.theme import IN_BOTH, MISSED, TOO_MUCH, class_colour, red_green_blue

TRUTH = np.array([[1, 1, 0, 0]], bool)
PREDICTION = np.array([[0, 1, 1, 0]], bool)
NAMES, THINGS = ("ground", "cat", "dog"), (False, True, True)
NUMBERS = np.zeros((20, 30), int)
NUMBERS[:, :10], NUMBERS[:, 10:20], NUMBERS[:, 20:] = 1, 2, 3
CLASSES = np.array([0, 1, 1])


def test_a_pair_in_three_colours() -> None:
    picture = pair_picture(TRUTH, PREDICTION)
    factor = picture.shape[0]
    seen = [tuple(picture[factor // 2, factor * column + factor // 2]) for column in range(3)]
    assert seen == [red_green_blue(each) for each in (MISSED, IN_BOTH, TOO_MUCH)]


def test_the_farthest_pair_is_drawn() -> None:
    truth = np.zeros((40, 40), bool)
    plain, lined = (pair_picture(truth, truth, farthest=each) for each in (None, ((5, 5), (30, 5))))
    assert (plain != lined).any()


@pytest.mark.parametrize("shape", [(1, 1), (3, 50)])
def test_empty_masks_are_drawn_too(shape: tuple[int, int]) -> None:
    empty = np.zeros(shape, bool)
    assert len(np.unique(pair_picture(empty, empty).reshape(-1, 3), axis=0)) == 1
    assert band_picture(empty, empty, 2).shape[2] == 3


def test_gradients_red_for_down_blue_for_up() -> None:
    picture = gradient_picture(np.array([[1.0, 0.0, -1.0]]))
    side = picture.shape[0]
    down, still, up = (picture[side // 2, side * place + side // 2].astype(int) for place in range(3))
    assert down[0] > down[2]
    assert up[2] > up[0]
    assert np.ptp(still) == 0
    assert np.ptp(gradient_picture(np.zeros((2, 2)))) == 0


def test_the_point_lies_on_the_curve() -> None:
    figure = dice_against_iou(0.5, here="here")
    assert list(figure.data[2].y) == [0.5, pytest.approx(2 / 3)]
    assert len(dice_against_iou(math.nan, here="here").data) == 2


def test_sizes_are_marked_on_the_first_curve() -> None:
    sizes = np.array([10.0, 20.0])
    figure = size_curves(sizes, {"IoU": np.array([0.5, 1.0])}, {"15 px": 15.0}, axis="size")
    assert figure.data[1].y[0] == 0.75


def test_paper_has_lines() -> None:
    assert len(np.unique(paper(40, 30).reshape(-1, 3), axis=0)) == 2


def test_colours_of_the_three_kinds() -> None:
    semantic = segment_colours(CLASSES, NAMES, THINGS, kind="semantic", ground="ground")
    assert semantic[1] == semantic[2] == red_green_blue(class_colour("cat"))
    instance = segment_colours(CLASSES, NAMES, THINGS, kind="instance", ground="ground")
    assert instance[0] is None
    assert instance[1] != instance[2]
    panoptic = segment_colours(CLASSES, NAMES, THINGS, kind="panoptic", ground="ground")
    assert panoptic[1] == red_green_blue(class_colour("cat")) != panoptic[2]
    assert None not in panoptic


def test_only_objects_are_outlined_where_objects_are_known() -> None:
    rgb = np.full((20, 30, 3), 128, np.uint8)
    pictures = {
        kind: segments_picture(rgb, NUMBERS, CLASSES, NAMES, THINGS, kind=kind, ground="ground")
        for kind in ("semantic", "instance", "panoptic")
    }
    between_cats = [int(np.ptp(picture[10, 15:25], axis=0).sum()) for picture in pictures.values()]
    assert between_cats[0] == 0
    assert min(between_cats[1:]) > 0
    assert tuple(pictures["instance"][10, 4]) == (128, 128, 128), "nothing is said about the ground"


def test_a_map_without_segments() -> None:
    rgb = np.full((4, 4, 3), 9, np.uint8)
    empty = segments_picture(rgb, np.zeros((4, 4), int), np.zeros(0, int), NAMES, THINGS, kind="panoptic")
    assert np.array_equal(empty, rgb)


def test_shades() -> None:
    assert shaded((100, 0, 200), 0.5) == (178, 128, 228)
    assert shaded((100, 0, 200), -0.5) == (50, 0, 100)
