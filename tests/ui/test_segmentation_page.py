"""The Segmentation page as its visitors see it, in both languages, without a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import LONG_PATIENCE_S, PATIENCE_S, wait_until
from vizcore.pictures import encode_png
from vizcore.prompting.editing import given, picked, renamed
from vizcore.prompting.objects import PromptedObjects
from vizcore.prompting.table import from_rows
from vizcore.prompting.to_file import prompts_bytes
from vizcore.samples import load_sample
from vizcore.segmentation.rle import encode
from vizcore.ui.canvas import click_canvas
from vizcore.ui.canvas.events import CanvasEvent
from vizcore.ui.panels.segmentation import reference
from vizcore.ui.panels.segmentation.canvas_events import after_drawing, after_event
from vizcore.zoo import catalogue
from vizcore.zoo.sam_models import SamSegmenter

APP = str(Path(__file__).parents[2] / "app.py")


def open_page(language: str = "en", *samples: str, **query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.query_params["sample"] = list(samples)
    app.run()
    for name, value in query.items():
        app.query_params[f"segmentation.{name}"] = value
    return app.switch_page("pages/segmentation.py").run()


def state_of(page: AppTest) -> Any:
    return next(iter(page.session_state["segmentation.state"].by_sha256.values()))


def click(page: AppTest, *places: tuple[float, float], positive: bool = True) -> AppTest:
    """What the canvas does with a click, then the run that follows it."""
    for x, y in places:
        state_of(page).steps = after_event(state_of(page).steps, CanvasEvent("point", x, y, positive))
    return page.run()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_first_moment(language: str) -> None:
    page = open_page(language)
    assert not page.exception
    assert not page.error
    assert state_of(page).embeddings.keys() == {"sam-mini", "grabcut"}
    assert len(page.main.get("bidi_component")) == 2, [each.type for each in page.main]
    assert page.expander, "the lesson stays"


def test_a_click_runs_the_decoder_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from vizcore.engine import shared_engine

    looks: list[str] = []
    look = SamSegmenter.encode
    monkeypatch.setattr(SamSegmenter, "encode", lambda self, photo: looks.append(photo.sha256) or look(self, photo))
    shared_engine().forget({load_sample("cat").sha256})
    page = open_page()
    calls = shared_engine().status().calls
    assert len(looks) == 1, "before the first click"
    page = click(page, (220, 150))
    assert not page.exception
    assert shared_engine().status().calls == calls + 2, "one decoder for each of the two segmenters"
    page = click(page, (150, 100))
    assert shared_engine().status().calls == calls + 4
    page.run()
    assert shared_engine().status().calls == calls + 4, "what is known is not asked again"
    assert len(looks) == 1, "the encoder never looks again"


SECTIONS = ["click", "everything", "boxes", "cleanup", "reference", "export"]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_before_and_after_a_click(section: str, language: str) -> None:
    page = open_page(language, part=section, boxes="mine")
    assert not page.exception
    assert not page.error
    page = click(page, (220, 150))
    assert not page.exception
    assert not page.error


def test_buttons_for_objects() -> None:
    page = click(open_page(), (220, 150))
    page.button(key="segmentation.object.new").click().run()
    page = click(page, (20, 20))
    assert [len(each.points) for each in state_of(page).steps.now.objects] == [1, 1]
    page.button(key="segmentation.object.1").click().run()
    assert state_of(page).steps.now.active == 1
    name = next(each for each in page.text_input if (each.key or "").startswith("segmentation.name.1"))
    name.set_value("the *cat*").run()
    assert state_of(page).steps.now.current.name == "the *cat*"
    page.button(key="segmentation.object.remove").click().run()
    assert [each.number for each in state_of(page).steps.now.objects] == [2]
    assert not page.exception


def test_another_candidate_is_taken_and_fed_back() -> None:
    page = click(open_page(), (220, 150))
    page.button(key="segmentation.take.sam-mini.1").click().run()
    assert state_of(page).steps.now.current.chosen == 1
    assert page.button(key="segmentation.take.sam-mini.1").disabled
    page = click(page, (150, 100))
    assert not page.exception
    assert state_of(page).steps.now.current.chosen == 1
    assert not [each for each in page.button if (each.key or "").startswith("segmentation.take")], "one mask is left"


def test_typing_says_the_same_as_clicking() -> None:
    clicked = click(open_page(), (220, 150))
    page = open_page()
    page.toggle(key="segmentation.typed").set_value(True).run()
    assert not page.exception
    state_of(page).steps = from_rows(
        state_of(page).steps,
        [{"object": 1, "kind": "foreground", "x": 220, "y": 150, "x2": None, "y2": None}],
        (451, 300),
    )
    page.run()
    assert state_of(page).steps.now == state_of(clicked).steps.now
    assert page.get("data_editor") or page.get("arrow_data_frame")


def test_boxes_of_the_detection_page_become_measured_masks() -> None:
    from vizcore.ui.shared_boxes import KEY, SharedBoxes

    page = open_page(part="boxes")
    boxes = ((50.0, 40.0, 400.0, 290.0), (10.0, 10.0, 60.0, 60.0))
    page.session_state[KEY] = {load_sample("cat").sha256: SharedBoxes(boxes, ("cat", "cushion"), "yolo-mini")}
    page.query_params["segmentation.boxes"] = "page"
    page.run()
    assert not page.exception
    tables = [each.value for each in page.markdown if each.value.startswith("| Object")]
    assert len(tables) == 2, "one for each segmenter"
    assert "cat" in tables[0]
    assert "cushion" in tables[0]
    page.number_input(key="segmentation.scale").set_value(10.0).run()
    assert any("mm²" in each.value for each in page.markdown if each.value.startswith("| Object"))
    page.button(key="segmentation.boxes.take").click().run()
    assert [(each.name, each.box) for each in state_of(page).steps.now.objects] == list(
        zip(("cat", "cushion"), boxes, strict=True)
    )


def test_masks_that_are_measured_are_of_the_candidate_that_was_taken() -> None:
    page = click(open_page(part="boxes", boxes="mine"), (220, 150))
    before = state_of(page).made["boxes.sam-mini"][1]
    state_of(page).steps = picked(state_of(page).steps, 1, 2)
    page.run()
    assert state_of(page).made["boxes.sam-mini"][1] != before


def test_a_detector_that_runs_here() -> None:
    page = open_page(part="boxes")
    assert not page.exception
    assert not page.error
    page.slider(key="segmentation.score").set_value(1.0).run()
    assert not page.exception
    assert any("Nothing to cut out" in each.value for each in page.info)


def test_a_known_length_gives_the_scale_and_a_length_of_nothing_one_sentence() -> None:
    page = open_page(part="boxes", boxes="mine")
    state_of(page).steps = after_event(state_of(page).steps, CanvasEvent("box", box_xyxy=(50, 40, 400, 290)))
    page.run()
    page.number_input(key="segmentation.length.mm").set_value(20.0).run()
    page.button(key="segmentation.length.use").click().run()
    assert page.number_input(key="segmentation.scale").value == 5.0
    page.number_input(key="segmentation.length.mm").set_value(0.0).run()
    page.button(key="segmentation.length.use").click().run()
    assert not page.exception
    assert len(page.error) == 1
    assert page.number_input(key="segmentation.scale").value == 5.0


def run_until(page: AppTest, over: Callable[[AppTest], bool]) -> AppTest:
    wait_until(lambda: over(page), meanwhile=page.run, pause_s=0.1, patience_s=LONG_PATIENCE_S)
    assert not page.exception
    return page


def test_everything_is_a_job_with_masks_at_its_end() -> None:
    page = open_page(part="everything", grid="4", quality="0", stability="0")
    start = next(each for each in page.button if (each.key or "").endswith(".start"))
    start.click().run()
    page = run_until(page, lambda page: any("16" in each.value for each in page.markdown if "| Model" in each.value))
    assert len(page.get("download_button")) >= 2
    assert not page.error
    assert "clicks" not in page.button(key="segmentation.everything.take.sam-mini").help, "a click asks anew"
    page.button(key="segmentation.everything.take.sam-mini").click().run()
    assert all(each.from_file for each in state_of(page).steps.now.asked)
    page.query_params["segmentation.part"] = "boxes"
    page.query_params["segmentation.boxes"] = "mine"
    page.run()
    assert not page.exception
    assert len([each.value for each in page.markdown if each.value.startswith("| Object")]) == 2


def test_a_clean_up_changes_what_it_says() -> None:
    page = click(open_page(part="cleanup", steps="threshold"), (220, 150))
    page.number_input(key="segmentation.step.threshold").set_value(10.0).run()
    assert not page.exception
    rows = [each.value for each in page.markdown if each.value.startswith(r"| Clean\-up step")]
    assert len(rows) == 2
    assert any("Nothing is left" in each.value for each in page.info)


def test_scores_against_a_reference_follow_each_prompt() -> None:
    page = click(open_page(part="reference"), (220, 150), (150, 100))
    path = ((100.0, 50.0), (350.0, 50.0), (350.0, 280.0), (100.0, 280.0))
    state_of(page).reference = after_drawing(state_of(page).reference, CanvasEvent("path", path=path))
    page.run()
    assert not page.exception
    table = next(each.value for each in page.markdown if each.value.startswith("| Model"))
    assert len(table.splitlines()) == 2 + 2 * 2, "two prompts, two segmenters"
    page.button(key="segmentation.reference.take").click().run()
    table = next(each.value for each in page.markdown if each.value.startswith("| Model"))
    assert table.splitlines()[3].count("| 1 ") == 5, "the mask itself is the reference"


@pytest.mark.parametrize(
    ("name", "rgb", "sentence"),
    [
        ("small.png", np.zeros((30, 40, 3), np.uint8), "40"),
        ("empty.png", np.zeros((300, 451, 3), np.uint8), ""),
        ("full.png", np.full((300, 451, 3), 255, np.uint8), ""),
    ],
)
def test_reference_files(name: str, rgb: np.ndarray, sentence: str) -> None:
    page = click(open_page(part="reference"), (220, 150))
    field = next(each for each in page.file_uploader if (each.key or "").startswith("segmentation.reference"))
    field.upload(name, encode_png(rgb), "image/png")
    page.run()
    assert not page.exception
    assert [sentence in each.value for each in page.error] == ([True] if sentence else [])
    assert state_of(page).reference.now.given is not bool(sentence)
    assert len(state_of(page).steps.now.current.points) == 1, "the prompts stay"


def bring_reference(page: AppTest, name: str, rgb: np.ndarray) -> AppTest:
    field = next(each for each in page.file_uploader if (each.key or "").startswith("segmentation.reference"))
    field.upload(name, encode_png(rgb), "image/png")
    return page.run()


def labelled() -> np.ndarray:
    """The cat's size with two numbered objects, which a note says."""
    rgb = np.zeros((300, 451, 3), np.uint8)
    rgb[20:60, 20:60], rgb[100:140, 20:60] = 1, 3
    return rgb


@pytest.mark.parametrize("way", ["taken", "drawn", "cleared"])
def test_what_is_said_of_a_reference_file_goes_with_it(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    canvases: dict[str, Callable[[CanvasEvent], None]] = {}

    def kept(key: str, *args: Any, on_event: Callable[[CanvasEvent], None], **options: Any) -> None:
        canvases[key.split(".")[1]] = on_event
        click_canvas(key, *args, on_event=on_event, **options)

    monkeypatch.setattr(reference, "click_canvas", kept)
    page = bring_reference(click(open_page(part="reference"), (220, 150)), "labels.png", labelled())
    said = [each.value for each in page.caption if "2" in each.value]
    assert said
    assert state_of(page).reference_notes
    page = bring_reference(page, "small.png", labelled()[:30])
    assert len(page.error) == 1
    if way == "taken":
        page.button(key="segmentation.reference.take").click().run()
    else:
        path = ((100.0, 50.0), (350.0, 50.0), (350.0, 280.0))
        canvases["reference"](CanvasEvent("path", path=path) if way == "drawn" else CanvasEvent("clear"))
        page.run()
    assert not page.error
    assert not [each.value for each in page.caption if each.value in said]
    assert state_of(page).reference_notes == ()


def test_a_refused_reference_is_not_said_of_the_files_brought_back() -> None:
    page = bring_reference(open_page(part="reference"), "small.png", labelled()[:30])
    assert len(page.error) == 1
    page.query_params["segmentation.part"] = "export"
    page.run()
    assert any((each.key or "").startswith("segmentation.back") for each in page.file_uploader)
    assert not page.error


def bring(page: AppTest, name: str, data: bytes) -> AppTest:
    field = next(each for each in page.file_uploader if (each.key or "").startswith("segmentation.back"))
    field.upload(name, data, "application/octet-stream")
    return page.run()


def test_prompts_that_are_brought_back_restore_the_state() -> None:
    page = click(open_page(part="export"), (220, 150), (150, 100))
    state = state_of(page).steps.now
    assert len(page.get("download_button")) == 7
    data = prompts_bytes(load_sample("cat"), catalogue.CARDS["grabcut"], state.objects)
    other = bring(open_page(part="export"), "prompts.json", data)
    assert not other.error
    assert state_of(other).steps.now == state
    other.button(key="segmentation.back.undo").click().run()
    assert state_of(other).steps.now == PromptedObjects()


def test_the_classes_of_the_labels_and_what_the_prompts_leave_out_are_said() -> None:
    page = click(open_page(part="export"), (220, 150))
    assert not any("without prompts" in each.value for each in page.caption)
    state = state_of(page)
    mask = encode(labelled()[..., 0] == 1)
    state.steps = given(renamed(state.steps, 1, "cat"), [(mask, "Zebra"), (mask, "apple")])
    page.run()
    said = [each.value for each in page.caption]
    assert "YOLO's class numbers: 0 Zebra, 1 apple, 2 cat." in said
    assert "2 objects are masks without prompts: the file of prompts leaves them out." in said


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("broken.json", b"{"),
        ("other.json", b'{"kind": "else"}'),
        ("sizes.json", b'{"images": [{"width": 3, "height": 4}], "annotations": []}'),
        ("labels.txt", b"0 0.1 0.2"),
        ("mask.png", encode_png(np.zeros((5, 5, 3), np.uint8))),
        ("mask.png", b"no picture"),
    ],
)
def test_a_bad_file_is_one_sentence_and_nothing_is_lost(name: str, data: bytes) -> None:
    page = click(open_page(part="export"), (220, 150))
    state = state_of(page).steps.now
    page = bring(page, name, data)
    assert not page.exception
    assert len(page.error) == 1
    assert state_of(page).steps.now == state
    page.run()
    assert len(page.get("download_button")) == 7


@pytest.mark.parametrize("size_hw", [(1, 1), (40, 20_000)])
def test_odd_photos(size_hw: tuple[int, int]) -> None:
    page = open_page()
    rgb = np.random.default_rng(0).integers(0, 256, (*size_hw, 3), dtype=np.uint8)
    field = next(each for each in page.file_uploader if (each.key or "").startswith("tray.upload"))
    field.upload("odd.png", encode_png(rgb), "image/png")
    page.run()
    page = click(page.run(), (0.5, 0.5))
    assert not page.exception
    assert not page.error
    for part in SECTIONS:
        page.query_params["segmentation.part"] = part
        page.query_params["segmentation.boxes"] = "mine"
        page.run()
        assert not page.exception, part
        assert not page.error, part


def test_a_large_encoder_runs_as_a_job_that_begins_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.ui.panels.segmentation.inference.QUICK_MILLION", 1.0)
    page = run_until(open_page(models="sam-mini"), lambda page: "sam-mini" in state_of(page).embeddings)
    page = click(page, (220, 150))
    assert not page.error
    assert any("predicted IoU" in each.value for each in page.markdown)


def test_a_photo_that_leaves_the_tray_takes_its_prompts_along() -> None:
    page = click(open_page("en", "coffee"), (220, 150))
    sha256 = load_sample("coffee").sha256
    assert sha256 in page.session_state["segmentation.state"].by_sha256
    page.button(key=f"tray.remove.{sha256}").click().run()
    assert not page.exception
    assert sha256 not in page.session_state["segmentation.state"].by_sha256


def test_what_is_kept_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.ui.panels.segmentation.page_state.MOST_BYTES", 100_000)
    page = open_page()
    for place in range(8):
        page = click(page, (100 + 10 * place, 100))
    assert not page.exception
    assert sum(getattr(each, "nbytes", 0) for each in state_of(page).answers.values()) <= 200_000
    assert len(state_of(page).steps.now.current.points) == 8


@pytest.mark.opening
@pytest.mark.parametrize("part", ["click", "cleanup", "export"])
def test_the_page_opens_on_a_mask_that_can_be_undone(part: str) -> None:
    page = open_page(part=part)
    assert not page.exception
    assert page.pills[0].value == "flower"
    steps = state_of(page).steps
    assert len(steps.now.asked) == 1
    assert not steps.undone().now.asked
    assert not page.info
