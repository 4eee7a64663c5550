"""The Detection metrics page as its visitors see it, in both languages, without a browser."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.metrics.detection.sets import random_set, small_set
from tests.patience import PATIENCE_S
from vizcore.figures.theme import IN_BOTH, MISSED, TOO_MUCH, red_green_blue
from vizcore.i18n import _, speaking
from vizcore.metrics.detection.coco_written import found_json, truth_json
from vizcore.metrics.detection.dataset import numbered_pictures
from vizcore.metrics.detection.error_types import error_types
from vizcore.metrics.detection.match_result import match_result_at
from vizcore.metrics.detection.slices import slices
from vizcore.metrics.detection.synthetic import LIMITS
from vizcore.photo import Photo
from vizcore.pictures import encode_png
from vizcore.ui.pages import PAGES
from vizcore.ui.panels.detection_metrics.detectors import SLIDERS
from vizcore.ui.panels.detection_metrics.errors import cases_of
from vizcore.ui.panels.detection_metrics.page_state import PageState
from vizcore.ui.panels.detection_metrics.pictures import Case, cropped

APP = str(Path(__file__).parents[2] / "app.py")
KEY = "detection_metrics"
LESSONS = Path(__file__).parents[2] / "vizcore" / "lessons"
SETS = ("curves", "threshold", "errors", "slices", "compare")


def open_page(language: str = "en", **query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.run()
    for name, value in {"pictures": "6", **query}.items():
        app.query_params[f"{KEY}.{name}"] = value
    return app.switch_page(f"pages/{KEY}.py").run()


def metrics(page: AppTest) -> dict[str, str]:
    return {each.label: each.value for each in page.metric}


def widget(page: AppTest, kind: str, name: str) -> Any:
    return next(each for each in page.get(kind) if each.key == f"{KEY}.{name}")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("section", ["boxes", *SETS])
def test_every_section_opens_with_something_on_it(language: str, section: str) -> None:
    page = open_page(language, section=section)
    assert not page.exception
    assert not page.error
    assert page.metric or page.markdown
    assert page.expander, "the lesson is there"


def test_classes_are_named_in_the_visitors_language() -> None:
    page = open_page("fr", section="curves", source="example")
    assert widget(page, "multiselect", "classes.widget").options == ["chat"]
    assert widget(page, "multiselect", "classes.widget").value == ["cat"]


@pytest.mark.parametrize("section", SETS)
def test_the_worked_example_has_no_pictures_and_still_opens(section: str) -> None:
    page = open_page(section=section, source="example")
    assert not page.exception
    assert not page.error


def test_the_published_numbers_stand_on_the_page() -> None:
    page = open_page(section="curves", source="example")
    shown = metrics(page)
    assert (shown["VOC 2007"], shown["VOC 2010"], shown["Ultralytics"]) == ("0.8864", "0.8958", "0.9338")
    assert shown["AP75"] == "0.509"


def test_the_edges_as_numbers_move_the_measures() -> None:
    page = open_page()
    edges = {"a": (0, 0, 100, 100), "b": (50, 0, 150, 100)}
    for which, box in edges.items():
        for side in (2, 3, 0, 1):
            widget(page, "number_input", f"edge.{which}.{side}").set_value(box[side]).run()
    shown = metrics(page)
    assert (shown["IoU"], shown["GIoU"]) == ("0.333", "0.333")
    assert float(shown["DIoU"]) == pytest.approx(1 / 3 - 2500 / (150**2 + 100**2), abs=6e-4)
    widget(page, "button", "preset.same").click().run()
    assert metrics(page)["CIoU"] == "1.000"


def test_boxes_of_a_link_are_drawn_and_drawn_ones_make_a_link() -> None:
    page = open_page(a="0,0,100,100", b="50,0,150,100")
    assert metrics(page)["IoU"] == "0.333"
    widget(page, "number_input", "edge.b.2").set_value(100).run()
    assert metrics(page)["IoU"] == "0.500"
    assert (page.query_params[f"{KEY}.a"], page.query_params[f"{KEY}.b"]) == ("0,0,100,100", "50,0,100,100")
    page = open_page(a="0,0,100,9999", b="<b>")
    assert sum("640 x 480" in each.value for each in page.caption) == 2
    assert f"{KEY}.a" not in page.query_params


@pytest.mark.parametrize(("language", "iou"), [("en", "0.3333"), ("fr", "0{,}3333")])
def test_the_working_of_two_boxes_sets_thousands_apart(language: str, iou: str) -> None:
    page = open_page(language, a="0,0,100,100", b="50,0,150,100")
    filled = rf"\frac{{5\,000}}{{10\,000 + 10\,000 - 5\,000}} = {iou}"
    assert any(filled in each.value for each in page.latex)


def test_a_chosen_detection_and_classes_are_in_the_address() -> None:
    page = open_page(section="curves", source="example", box="0")
    images = len(page.get("image"))
    assert f"{KEY}.box" in page.query_params
    page = open_page(section="curves", source="example", box="99999", classes="nothing")
    assert not page.exception
    assert len(page.get("image")) < images
    said = [each.value for each in page.caption if "The address asks" in each.value]
    assert len(said) == 2


def test_a_threshold_moves_precision_and_not_ap_and_runs_no_model() -> None:
    from vizcore.engine import shared_engine

    page = open_page(section="threshold")
    calls, before = shared_engine().status().calls, metrics(page)
    widget(page, "slider", "score").set_value(0.9).run()
    after = metrics(page)
    assert not page.exception
    assert shared_engine().status().calls == calls
    assert after["mAP@0.50"] == before["mAP@0.50"]
    assert float(after["Recall"]) < float(before["Recall"])


def test_a_cell_shows_its_pictures() -> None:
    page = open_page(section="threshold", misses="0.5")
    before = len(page.get("image"))
    table = widget(page, "selectbox", "cell.truth.widget")
    widget(page, "selectbox", "cell.found.widget").set_value("8")
    for row in range(1, 8):
        table.set_value(str(row)).run()
        assert not page.exception
        if len(page.get("image")) > before:
            return
    pytest.fail("no class with a miss")


def test_right_false_and_missed_boxes_are_cut_out_and_add_up() -> None:
    page = open_page(section="threshold", misses="0.5")
    kinds = widget(page, "segmented_control", "kind.widget")
    false, missed, right = (int(words.rpartition("· ")[2]) for words in kinds.options)
    confusion = float(metrics(page)["Precision"])
    assert right / (right + false) == pytest.approx(confusion, abs=0.001)
    assert right / (right + missed) == pytest.approx(float(metrics(page)["Recall"]), abs=0.001)
    assert len(page.get("image")) > 1  # the picture itself, and crops of the false boxes
    kinds.set_value("tp").run()
    assert not page.exception
    assert page.query_params["detection_metrics.kind"] == "tp"


def test_sliders_change_what_is_wrong() -> None:
    page = open_page(
        section="curves", jitter="0.0", confusion="0.0", misses="0.0", duplicates="0.0", false_alarms="0.0"
    )
    assert metrics(page)["AP"] == "1.000"
    widget(page, "slider", "misses").set_value(1.0).run()
    assert not page.exception
    assert metrics(page)["AP"] == "0.000"
    assert page.info, "said in words"


def upload(page: AppTest, truth: bytes, found: bytes) -> AppTest:
    for name, content in (("truth", truth), ("found", found)):
        field = next(each for each in page.file_uploader if each.key == f"{KEY}.{name}")
        field.upload(f"{name}.json", content, "application/json")
    return page.run()


def test_own_files_give_pycocotools_numbers() -> None:
    from tests.metrics.detection.sets import pycocotools_stats

    data = random_set(1)
    page = open_page(section="curves", source="files")
    page = upload(page, json.dumps(truth_json(data)).encode(), json.dumps(found_json(data)).encode())
    assert not page.exception
    assert not page.error
    assert metrics(page)["AP"] == f"{pycocotools_stats(data)[0]:.3f}"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_photos_come_to_the_boxes_of_own_files_by_their_names(language: str) -> None:
    said = {
        "en": ("1 photo of 1 is here.", "Named by no picture of the annotations, so left out: other\\.png."),
        "fr": (
            "1 photo sur 1 est là.",
            "Aucune image des annotations ne porte ce nom, laissé de côté\xa0: other\\.png.",
        ),
    }[language]
    truth = {
        "images": [{"id": 7, "width": 80, "height": 40, "file_name": "val/street.png"}],
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [
            {"id": 1, "image_id": 7, "category_id": 1, "bbox": [10, 10, 20, 20], "area": 400, "iscrowd": 0}
        ],
    }
    page = upload(
        open_page(language, section="threshold", source="files", kind="fn"), json.dumps(truth).encode(), b"[]"
    )
    field = next(each for each in page.file_uploader if str(each.key).startswith(f"{KEY}.photos"))
    red = encode_png(np.full((40, 80, 3), (200, 30, 30), np.uint8))
    field.set_value([(name, red, "image/png") for name in ("street.png", "other.png")])
    page.run()
    assert not page.exception
    assert said[0] in [each.value for each in page.markdown]
    assert said[1] in [each.value for each in page.warning]
    state = page.session_state["detection_metrics.photos.held"]
    assert state.paths == ("other.png", "street.png")


def test_a_crop_shows_the_attached_photo_at_its_own_scale() -> None:
    data = random_set(1)
    rgb = np.full((data.pictures.sizes_wh[0][1] // 2, data.pictures.sizes_wh[0][0] // 2, 3), (200, 30, 30), np.uint8)
    row = int(np.flatnonzero(data.truth.images == 0)[0])
    state = PageState(("own",), data, (), "A", {}, attached={0: Photo(rgb, "street")})
    bare = PageState(("own",), data, (), "A", {})
    assert (cropped(state, Case(row, -1)) == (200, 30, 30)).all(axis=-1).any()
    assert not (cropped(bare, Case(row, -1)) == (200, 30, 30)).all(axis=-1).any()


def test_photos_that_are_all_attached_are_all_photos() -> None:
    """Slices of brightness ask for them."""
    data = replace(small_set([(0, [8.0, 6, 10, 10], 0)], []), pictures=numbered_pictures([[100, 80]] * 2))
    dark, light = (Photo(np.full((80, 100, 3), level, np.uint8), str(level)) for level in (10, 240))
    assert not PageState(("own",), data, (), "A", {}, attached={1: light}).all_photos
    state = PageState(("own",), data, (), "A", {}, attached={1: light, 0: dark})
    assert list(state.all_photos) == [dark, light]
    assert "brightness" in {each.trait for each in slices(data, state.all_photos)}


def test_a_crop_of_a_small_picture_holds_its_box() -> None:
    """Which is enlarged, so that lines stay thin."""
    data = replace(small_set([(0, [80.0, 60, 10, 10], 0)], []), pictures=numbered_pictures([[100, 80]] * 2))
    state = PageState(("own",), data, (), "A", {}, attached={0: Photo(np.zeros((80, 100, 3), np.uint8), "small")})
    assert (cropped(state, Case(0, -1)) == red_green_blue(MISSED)).all(axis=-1).any()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_lesson_sets_those_sliders_to_0_that_go_there(language: str) -> None:
    lesson = (LESSONS / language / f"{KEY}.md").read_text(encoding="utf-8")
    with speaking(language):
        named = {name for name, (label, *_rest) in SLIDERS.items() if f"*{_(label)}*" in lesson}
    assert named == {name for name, (low, _high) in LIMITS.items() if low == 0}


@pytest.mark.parametrize(
    ("kind", "found", "colours"),
    [
        ("localisation", [(0, [30.0, 20, 40, 40], 0, 0.9)], {MISSED, TOO_MUCH}),
        ("classification", [(0, [20.0, 20, 40, 40], 1, 0.9)], {MISSED, TOO_MUCH}),
        ("both", [(0, [40.0, 20, 40, 40], 1, 0.9)], {MISSED, TOO_MUCH}),
        ("duplicate", [(0, [20.0, 20, 40, 40], 0, 0.9), (0, [22.0, 20, 40, 40], 0, 0.8)], {TOO_MUCH, "#ffffff"}),
        ("background", [(0, [70.0, 70, 20, 20], 0, 0.9)], {TOO_MUCH}),
    ],
)
def test_a_wrong_box_is_never_drawn_as_a_right_one(kind: str, found: list[Any], colours: set[str]) -> None:
    sizes = numbered_pictures([[500, 500]] * 2)
    data = replace(small_set([(0, [20.0, 20, 40, 40], 0)], found), pictures=sizes)
    match_result = match_result_at(data, 0.7)
    (case,) = cases_of(kind, match_result, error_types(data, match_result), kind)
    lines = cropped(PageState(("own",), data, (), "A", {}), case)
    drawn = {each for each in (MISSED, TOO_MUCH, IN_BOTH, "#ffffff") if (lines == red_green_blue(each)).all(-1).any()}
    assert drawn == colours


@pytest.mark.parametrize(
    ("truth", "found"),
    [
        (b"\x89PNG", b"[]"),
        (b"{}", b"[]"),
        (None, b"{}"),
        (None, b'[{"image_id": 999, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 1}]'),
        (None, b'[{"image_id": 1, "category_id": 1, "bbox": [1, 2, NaN, 4], "score": 1}]'),
    ],
)
def test_bad_files_are_one_sentence(truth: bytes | None, found: bytes) -> None:
    page = open_page(section="threshold", source="files")
    page = upload(page, truth or json.dumps(truth_json(random_set(1))).encode(), found)
    assert not page.exception
    assert len(page.error) == 1
    assert page.expander, "the lesson stays"


@pytest.mark.parametrize("section", ["curves", "threshold"])
def test_classes_of_one_name_and_one_called_background_are_told_apart(section: str) -> None:
    data = replace(random_set(1, classes=4), class_names=("background", "cat", "cat", "truth"))
    page = open_page(section=section, source="files")
    page = upload(page, json.dumps(truth_json(data)).encode(), json.dumps(found_json(data)).encode())
    assert not page.exception
    assert not page.error
    if section == "curves":
        assert set(widget(page, "multiselect", "classes.widget").options) == {"background", "cat", "cat (2)"}
    else:
        options = widget(page, "selectbox", "cell.truth.widget").options
        assert options == ["–", "background", "cat", "cat (2)", "truth", "background (none)"]


@pytest.mark.parametrize("section", SETS)
def test_nothing_to_find_and_nothing_found(section: str) -> None:
    data = random_set(1)
    whole = truth_json(data)
    for truth, found in (
        (whole, []),
        ({**whole, "annotations": []}, found_json(data)),
        ({**whole, "annotations": []}, []),
    ):
        page = upload(
            open_page(section=section, source="files"), json.dumps(truth).encode(), json.dumps(found).encode()
        )
        assert not page.exception
        assert not page.error


def test_the_page_is_in_the_navigation() -> None:
    assert KEY in [page.key for page in PAGES if page.file.is_file()]


def test_a_bundled_detector_runs_once_whatever_the_threshold() -> None:
    from vizcore.engine import shared_engine

    page = open_page(section="threshold", source="detector", pictures="4", model="yolo-mini")
    assert not page.exception
    assert not page.error
    calls = shared_engine().status().calls
    assert calls >= 1, "the engine counts"
    widget(page, "slider", "score").set_value(0.05).run()  # drawn figures are no photos: found with low scores
    before = metrics(page)
    widget(page, "slider", "score").set_value(0.95).run()
    widget(page, "slider", "iou").set_value(0.75).run()
    assert not page.exception
    assert shared_engine().status().calls == calls
    assert metrics(page)["Recall"] != before["Recall"]


def test_two_bundled_detectors_are_compared_on_one_truth() -> None:
    page = open_page(
        section="compare", source="detector", pictures="4", model="yolo-mini", second="detector", bmodel="detr-mini"
    )
    assert not page.exception
    assert not page.error
    assert any(label.startswith("mAP@") for label in metrics(page))


def test_the_second_detector_is_measured_on_the_set_that_is_chosen_now() -> None:
    page = open_page(section="compare", pictures="4", second="detector", bmodel="yolo-mini")  # seven classes
    widget(page, "button_group", "source.widget").set_value("detector").run()  # the three of them that it knows
    assert not page.exception
    table = next(each.value for each in page.markdown if each.value.startswith("| Metric"))
    row = next(line for line in table.splitlines() if "AP50 " in line)
    assert row.replace("\\", "").split("|")[-2].strip() == "+0.0", "A and B are one detector"
    assert metrics(page)["mAP@0.50, B − A"] == "+0.0"


@pytest.mark.parametrize("kind", ["both", "only_a", "only_b"])
def test_the_objects_that_one_of_two_detectors_finds_are_shown(kind: str) -> None:
    page = open_page(section="compare", pictures="8")
    pictures = len(page.get("image"))
    widget(page, "button_group", "found_by.widget").set_value(kind).run()
    assert not page.exception
    assert len(page.get("image")) > pictures
    assert page.query_params[f"{KEY}.found_by"] == kind


def test_a_link_says_how_many_objects_a_scene_has_where_two_detectors_are_compared() -> None:
    page = open_page(section="compare", objects="3")
    assert not page.exception
    assert widget(page, "slider", "objects").value == 3
    widget(page, "slider", "objects").set_value(9).run()
    assert not page.exception
