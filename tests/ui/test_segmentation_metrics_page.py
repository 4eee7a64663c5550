"""The page "IoU and Dice" as its visitors see it, in both languages, without a browser."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from vizcore.metrics.masks.hand_drawn import DrawnHistory, mask_of_strokes
from vizcore.metrics.masks.presets import PRESETS
from vizcore.metrics.masks.table import MASK_METRICS
from vizcore.pictures import encode_png
from vizcore.ui.canvas import CanvasEvent
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.segmentation_metrics.pair_choice import FIRST_BOXES, after, first_outlines
from vizcore.ui.panels.segmentation_metrics.presets import PRESET_TEXTS

APP = str(Path(__file__).parents[2] / "app.py")
SECTIONS = ("counts", "pair", "size", "losses")


def open_page(language: str, **settings: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.run()
    app.switch_page("pages/segmentation_metrics.py")
    for name, value in settings.items():
        app.query_params[f"segmentation_metrics.{name}"] = value
    page = app.run()
    assert not page.exception, page.exception
    assert not page.error
    return page


def numbers(page: AppTest) -> dict[str, str]:
    return {each.label: each.value for each in page.metric}


def words(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.info, page.error, page.warning)
    return "\n".join(str(each.value) for kind in kinds for each in kind)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_opens_with_something_on_it(language: str, section: str) -> None:
    page = open_page(language, section=section)
    assert page.title[0].value
    assert not page.warning
    assert page.get("plotly_chart") or page.get("imgs") or page.get("image")


def test_the_lectures_examples() -> None:
    page = open_page("en")
    assert (numbers(page)["Dice"], numbers(page)["IoU"]) == ("0.99", "0.98")
    page.button(key="segmentation_metrics.example.small").click().run()
    assert (numbers(page)["Dice"], numbers(page)["IoU"]) == ("0.909", "0.833")
    assert any(r"\dfrac{2 \cdot 100}{2 \cdot 100 + 10 + 10} = 0.9091" in each.value for each in page.latex)
    assert not page.warning


def test_a_slider_changes_every_number() -> None:
    page = open_page("en")
    page.slider(key="segmentation_metrics.fp").set_value(0).run()
    assert numbers(page)["Precision"] == "1"
    assert numbers(page)["Recall"] == "0.99"


@pytest.mark.parametrize(("empty", "shown"), [("one", "1"), ("skip", "–")])
def test_two_empty_masks_say_their_policy(empty: str, shown: str) -> None:
    page = open_page("en", empty=empty)
    page.button(key="segmentation_metrics.example.nothing").click().run()
    assert numbers(page)["IoU"] == shown
    assert "Policy for empty masks" in words(page)
    assert not page.exception


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset(preset: str) -> None:
    page = open_page("en", section="pair", preset=preset)
    assert PRESET_TEXTS[preset][2] in words(page)
    for row in MASK_METRICS.values():
        assert escaped(row.title) in words(page)


def test_a_missed_object_is_infinitely_far() -> None:
    page = open_page("en", section="pair", preset="missed")
    assert "∞" in words(page)
    assert "One of the masks is empty" in words(page)


@pytest.mark.parametrize("source", ["boxes", "draw", "files"])
@pytest.mark.parametrize("section", ["pair", "losses"])
def test_every_source_of_masks(source: str, section: str) -> None:
    page = open_page("fr", section=section, source=source)
    assert bool(page.info) == (source == "files")


def test_boxes_replace_and_outlines_add() -> None:
    history = after(DrawnHistory(FIRST_BOXES), CanvasEvent("box", box_xyxy=(0.0, 0.0, 10.0, 20.0)), "prediction")
    assert mask_of_strokes(history.now.prediction, 400, 300).sum() == 200
    assert history.now.truth == FIRST_BOXES.truth
    assert after(history, CanvasEvent("undo"), "truth").now == FIRST_BOXES
    assert after(after(history, CanvasEvent("undo"), "truth"), CanvasEvent("redo"), "truth").now == history.now

    drawn = DrawnHistory(first_outlines())
    square = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
    more = after(drawn, CanvasEvent("path", path=square), "truth")
    assert mask_of_strokes(more.now.truth, 400, 300).sum() == mask_of_strokes(drawn.now.truth, 400, 300).sum() + 100
    less = after(more, CanvasEvent("path", path=square, positive=False), "truth")
    assert mask_of_strokes(less.now.truth, 400, 300).sum() == mask_of_strokes(drawn.now.truth, 400, 300).sum()
    assert after(less, CanvasEvent("clear"), "truth").now.truth == ()
    assert after(less, CanvasEvent("path", path=square[:2]), "truth") == less


def test_losses_give_a_picture_and_a_value_each() -> None:
    page = open_page("en", section="losses", preset="hole")
    assert list(numbers(page)) == ["Soft Dice", "BCE (cross-entropy)", "Focal", "Tversky"]
    before = numbers(page)
    page.slider(key="segmentation_metrics.softness").set_value(6.0).run()
    assert numbers(page) != before


@pytest.mark.parametrize(
    ("beta", "said"),
    [
        (0.7, "a missed pixel costs more than a false one"),
        (0.5, "a missed pixel and a false one cost the same"),
        (0.2, "a false pixel costs more than a missed one"),
    ],
)
def test_what_is_said_of_tversky_follows_its_weights(beta: float, said: str) -> None:
    page = open_page("en", section="losses", beta=str(beta))
    assert said in words(page)
    assert words(page).count("Dice with two weights") == 1


def test_focal_turns_nothing_down_without_its_exponent() -> None:
    page = open_page("en", section="losses")
    assert "easy pixels turned down" in words(page)
    page.slider(key="segmentation_metrics.gamma").set_value(0.0).run()
    assert "easy pixels turned down" not in words(page)
    assert "no pixel is turned down" in words(page)


@pytest.mark.parametrize(("preset", "most"), [("erode", 20), ("hole", 16), ("split", 12), ("tiny", 6)])
def test_an_address_with_more_pixels_than_a_pair_takes_opens(preset: str, most: int) -> None:
    page = open_page("en", section="pair", preset=preset, **{f"amount.{preset}": "36"})
    slider = page.slider(key=f"segmentation_metrics.amount.{preset}")
    assert slider.max == most
    assert slider.value <= most


def test_the_same_shift_on_two_sizes() -> None:
    page = open_page("en", section="size")
    large, small = [float(each.value) for each in page.metric if each.label == "IoU"]
    assert large - small > 0.1
    page.slider(key="segmentation_metrics.shift").set_value(0).run()
    assert {each.value for each in page.metric} == {"1"}


def test_every_preset_says_what_it_shows() -> None:
    assert set(PRESETS) == set(PRESET_TEXTS)


def test_large_mask_files_are_thinned_for_the_losses_and_the_page_says_so() -> None:
    mask = np.zeros((1200, 1800), np.uint8)
    mask[300:900, 300:900] = 255
    page = open_page("en", section="losses", source="files")
    for side in ("truth", "prediction"):
        field = next(each for each in page.file_uploader if f"file.{side}.upload" in str(each.key))
        field.upload(f"{side}.png", encode_png(mask), "image/png").run()
    assert not page.exception
    assert any("1800 × 1200" in each.value and "of 2 rows" in each.value for each in page.caption)
    assert len(page.metric) == 4
