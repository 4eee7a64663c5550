"""Boxes drawn on photos and sent to the browser: a few pixels by hand, edges, 300 boxes and any alphabet."""

from __future__ import annotations

import json
from typing import get_args

import numpy as np
import pytest

from tests.detection.box_sets import SIZE_WH, detections, random_boxes
from vizcore.figures.box_labels import ink_on, text_tile, written
from vizcore.figures.boxes import MOST_LABELS, LabelStyle, box_scene, draw_boxes, on_canvas
from vizcore.figures.theme import CLASS_COLOURS, class_colour, red_green_blue
from vizcore.i18n import speaking
from vizcore.photo import Photo

GREY = Photo(np.full((SIZE_WH[1], SIZE_WH[0], 3), 200, np.uint8), "grey")
ALPHABETS = ("chat à l’œil", "猫", "Кот", "γάτα", "a\nb\tc", "<b>bold</b>", "x" * 500, "", "🐈")
FOUND = detections([(20, 30, 60, 70), (40, 40, 90, 75)], [0.9, 0.8], [0, 1])


def shown(photo: Photo, boxes: list, **options: object) -> np.ndarray:
    return draw_boxes(photo, detections(boxes), "none", **options)  # type: ignore[arg-type]


def test_a_frame_by_hand() -> None:
    drawn = shown(GREY, [(20, 30, 60, 70)])
    coloured = (drawn == red_green_blue(class_colour("cat"))).all(axis=2)
    expected = np.zeros_like(coloured)
    expected[30:70, 20:60] = True
    expected[32:68, 22:58] = False
    assert np.array_equal(coloured, expected)
    assert (drawn[~expected] == 200).all()
    assert (GREY.rgb == 200).all()


def test_the_best_box_lies_on_top() -> None:
    drawn = draw_boxes(GREY, detections([(10, 10, 50, 50), (10, 10, 50, 60)], classes=[0, 1]), "none")
    assert tuple(drawn[10, 30]) == red_green_blue(class_colour("cat"))
    assert tuple(drawn[59, 30]) == red_green_blue(class_colour("dog"))


def test_nothing_found_is_the_photo() -> None:
    assert np.array_equal(draw_boxes(GREY, detections([])), GREY.rgb)
    scene = box_scene(GREY, detections([]))
    assert scene["boxes"] == scene["classes"] == []


def test_the_size_asked_for() -> None:
    large = Photo(np.zeros((SIZE_WH[1] * 20, SIZE_WH[0] * 20, 3), np.uint8), "large")
    assert draw_boxes(large, FOUND).shape == (819, 1024, 3)
    assert draw_boxes(large, FOUND, longest_side=0).shape == (1600, 2000, 3)
    small = draw_boxes(large, detections([(20, 30, 60, 70)]), "none", longest_side=50)
    assert tuple(small[15, 20]) == red_green_blue(class_colour("cat"))


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ((-50, -50, 500, 500), (0, 0, 100, 80)),
        ((-9, -9, -5, -5), (0, 0, 1, 1)),
        ((300, 300, 310, 310), (99, 79, 100, 80)),
        ((10, 10, 10, 10), (10, 10, 11, 11)),
        ((50, 50, 20, 20), (50, 50, 51, 51)),
        ((np.nan, 0, 5, 5), (0, 0, 5, 5)),
    ],
)
def test_boxes_are_brought_onto_the_canvas(box: tuple[float, ...], expected: tuple[int, ...]) -> None:
    assert tuple(on_canvas(np.array([box], np.float64), SIZE_WH, SIZE_WH)[0]) == expected


@pytest.mark.parametrize("style", get_args(LabelStyle))
@pytest.mark.parametrize("size_wh", [(1, 1), (1, 300), (300, 1), (7, 5)])
def test_tiny_pictures(style: LabelStyle, size_wh: tuple[int, int]) -> None:
    tiny = Photo(np.zeros((size_wh[1], size_wh[0], 3), np.uint8), "tiny")
    boxes = detections([(0, 0, 1, 1), (-5, -5, 400, 400), (3, 3, 2, 2)])
    object.__setattr__(boxes, "size_wh", size_wh)
    assert draw_boxes(tiny, boxes, style).shape == (size_wh[1], size_wh[0], 3)
    json.dumps(box_scene(tiny, boxes, style), allow_nan=False)


@pytest.mark.parametrize("label", ALPHABETS)
def test_any_label_can_be_written(label: str) -> None:
    found = detections([(20, 30, 60, 70)], labels=(label, "dog", "person"))
    for style in get_args(LabelStyle):
        assert draw_boxes(GREY, found, style).shape == GREY.rgb.shape
        json.dumps(box_scene(GREY, found, style), allow_nan=False)


def test_letters_differ_from_one_another_and_from_a_question_mark() -> None:
    """Letters that OpenCV lacks become question marks: these are not such."""
    tiles = [text_tile(letter, 24, "#ffffff").tobytes() for letter in ("?", "é", "猫", "Ж", "γ", "œ")]
    assert len(set(tiles)) == len(tiles)


def test_a_label_is_its_ink_on_its_colour() -> None:
    tile = text_tile("cat", 20, "#0072b2")
    assert tile.shape[0] == 28
    assert tuple(tile[0, 0]) == red_green_blue("#0072b2")
    assert np.abs(tile.astype(int) - red_green_blue(ink_on("#0072b2"))).sum(axis=2).min() < 30
    assert text_tile("猫", 20, "#0072b2").shape[0] == tile.shape[0]
    with pytest.raises(ValueError, match="read-only"):
        tile[:] = 0


@pytest.mark.parametrize("colour", CLASS_COLOURS)
def test_labels_are_readable(colour: str) -> None:
    """WCAG 2.2: a contrast of 4.5 or more."""

    def luminance(shade: str) -> float:
        channels = [c / 255 for c in red_green_blue(shade)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted([luminance(colour), luminance(ink_on(colour))])
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_labels_are_cut_and_on_one_line() -> None:
    assert written("a\n b\t c") == "a b c"
    assert len(written("y" * 99)) == 40


def test_the_scene_by_hand() -> None:
    scene = box_scene(GREY, FOUND)
    assert scene["boxes"] == [[20, 30, 60, 70, 0, "0.90", 0.9], [40, 40, 90, 75, 1, "0.80", 0.8]]
    cat, dog = scene["classes"]
    assert cat == {"name": "cat", "short": "cat", "colour": class_colour("cat"), "ink": "#000000"}
    assert dog["colour"] == class_colour("dog")
    assert (scene["w"], scene["h"]) == SIZE_WH
    assert scene["img"].startswith("data:image/jpeg;base64,")


def test_a_scene_in_french() -> None:
    with speaking("fr"):
        scene = box_scene(GREY, FOUND)
    assert [each["name"] for each in scene["classes"]] == ["chat", "chien"]
    assert [each[5] for each in scene["boxes"]] == ["0,90", "0,80"]


@pytest.mark.parametrize(("style", "labels"), [("class and score", "both"), ("class", "class"), ("none", "")])
def test_label_styles(style: LabelStyle, labels: str) -> None:
    assert box_scene(GREY, FOUND, style)["labels"] == labels


def test_three_hundred_boxes() -> None:
    rng = np.random.default_rng(0)
    found = detections(random_boxes(rng, 300, side=100), classes=rng.integers(0, 3, 300))
    scene = box_scene(GREY, found)
    assert len(scene["boxes"]) == 300 > MOST_LABELS == scene["most"]
    assert {each[4] for each in scene["boxes"]} == set(range(len(scene["classes"])))
    assert np.allclose([each[:4] for each in scene["boxes"]], found.boxes_xyxy, atol=0.006)
    assert draw_boxes(GREY, found).shape == GREY.rgb.shape
