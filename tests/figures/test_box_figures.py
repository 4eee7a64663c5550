"""Boxes drawn on photos and as figures: by hand on a few pixels, at the edges, with 300 boxes and any alphabet."""

from __future__ import annotations

import json
from typing import get_args

import numpy as np
import plotly.graph_objects as go
import pytest

from tests.detection.box_sets import SIZE_WH, detections, random_boxes
from vizcore.figures.box_labels import ink_on, text_tile, written
from vizcore.figures.boxes import MOST_LABELS, LabelStyle, box_figure, draw_boxes, hover_text, on_canvas
from vizcore.figures.theme import CLASS_COLOURS, class_colour, red_green_blue
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
    figure = box_figure(GREY, detections([]))
    assert len(figure.layout["annotations"]) == 0
    assert [trace["type"] for trace in figure.data] == ["heatmap"]
    assert np.isnan(figure.data[0]["z"]).all()


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
    go.Figure(box_figure(tiny, boxes, style).to_dict())


@pytest.mark.parametrize("label", ALPHABETS)
def test_any_label_can_be_written(label: str) -> None:
    found = detections([(20, 30, 60, 70)], labels=(label, "dog", "person"))
    for style in get_args(LabelStyle):
        assert draw_boxes(GREY, found, style).shape == GREY.rgb.shape
        go.Figure(box_figure(GREY, found, style).to_dict())


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


def test_the_figure_by_hand() -> None:
    figure = box_figure(GREY, FOUND)
    cat, dog, grid = figure.data
    assert cat["name"] == "cat (1)"
    assert cat["line"]["color"] == class_colour("cat")
    assert cat["x"][:5].tolist() == [20, 60, 60, 20, 20]
    assert dog["y"][:5].tolist() == [40, 40, 75, 75, 40]
    assert hover_text(FOUND, 0) == "<b>cat</b> 0.90<br>40 × 40 px"
    texts = np.array(grid["text"])
    assert texts.shape == (51, 64)
    assert texts[32, 16] == hover_text(FOUND, 0)  # at (25, 50), in the cat alone
    assert texts[32, 32] == hover_text(FOUND, 0)  # at (50, 50), in both: the smaller one
    assert texts[32, 50] == hover_text(FOUND, 1)
    assert texts[0, 0] == ""
    assert np.isnan(grid["z"][0, 0])
    assert [note["text"] for note in figure.layout["annotations"]] == ["dog 0.80", "cat 0.90"]
    assert figure.layout["images"][0]["source"].startswith("data:image/jpeg;base64,")


def test_a_sliver_answers_to_the_pointer_too() -> None:
    found = detections([(0, 0, 100, 80), (50, 20, 50.1, 20.1)])
    assert any(hover_text(found, 1) in row for row in box_figure(GREY, found).data[1]["text"])


@pytest.mark.parametrize(("style", "words"), [("class", ["dog", "cat"]), ("none", [])])
def test_label_styles(style: LabelStyle, words: list[str]) -> None:
    figure = box_figure(GREY, FOUND, style)
    assert [note["text"] for note in figure.layout["annotations"]] == words
    assert figure.layout["showlegend"] is (style == "none")


def test_markup_in_a_label_is_text() -> None:
    found = detections([(20, 30, 60, 70)], labels=("<b>x</b>", "dog", "person"))
    figure = box_figure(GREY, found)
    assert figure.layout["annotations"][0]["text"].startswith("&lt;b>x&lt;/b>")
    assert "<b>&lt;b>x&lt;/b></b>" in hover_text(found, 0)


def test_three_hundred_boxes() -> None:
    rng = np.random.default_rng(0)
    found = detections(random_boxes(rng, 300, side=100), classes=rng.integers(0, 3, 300))
    figure = box_figure(GREY, found)
    assert len(figure.data) == 4
    assert len(figure.layout["annotations"]) == 0
    assert sum(np.isnan(trace["x"]).sum() for trace in figure.data[:3]) == 300 > MOST_LABELS
    content = go.Figure(figure.to_dict()).to_json()  # plotly's own check of every field
    assert len(json.loads(content)["data"]) == 4
    assert draw_boxes(GREY, found).shape == GREY.rgb.shape
