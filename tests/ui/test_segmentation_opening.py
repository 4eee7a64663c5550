"""On which photo does each section of Segment anything open, and does it stay with what was worked on?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from vizcore.samples import load_sample
from vizcore.ui.canvas.events import CanvasEvent
from vizcore.ui.panels.segmentation.canvas_events import after_drawing, after_event
from vizcore.ui.panels.segmentation.page_state import KEY
from vizcore.zoo.catalogue import card

APP = str(Path(__file__).parents[2] / "app.py")


def opened(part: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = "en"
    app.query_params["segmentation.part"] = part
    return checked(app.switch_page("pages/segmentation.py").run())


def checked(page: AppTest) -> AppTest:
    assert not page.exception
    assert not page.error
    return page


def go_to(page: AppTest, part: str) -> AppTest:
    page.query_params["segmentation.part"] = part
    return checked(page.run())


def state_of(page: AppTest, sample: str) -> Any:
    return page.session_state[KEY].by_sha256.get(load_sample(sample).sha256)


def test_what_a_detector_is_to_find_is_on_the_photo() -> None:
    page = opened("boxes")
    assert page.slider(key="segmentation.score").value == card("yolo-mini").score
    assert not page.info
    tables = [each.value for each in page.markdown if each.value.startswith("| Object")]
    assert len(tables) == 2, "one for each segmenter"
    assert "bus" in tables[0]
    assert state_of(page, "flower") is None


def test_sections_stay_with_the_photo_that_was_worked_on() -> None:
    page = opened("click")
    assert state_of(page, "flower") is not None
    go_to(page, "boxes")
    page.button(key="segmentation.boxes.take").click().run()
    go_to(page, "cleanup")
    assert len(state_of(page, "bus").steps.now.asked) > 1
    assert state_of(page, "bus").answers, "those of a photo that is no longer shown would be gone"


def test_a_click_on_the_opening_photo_keeps_it() -> None:
    page = opened("click")
    state_of(page, "flower").steps = after_event(state_of(page, "flower").steps, CanvasEvent("point", 300, 200, True))
    go_to(page, "boxes")
    assert state_of(page, "bus") is None


def test_a_reference_drawn_on_the_opening_photo_keeps_it() -> None:
    page = opened("reference")
    path = ((100.0, 100.0), (300.0, 100.0), (300.0, 300.0))
    held = state_of(page, "flower")
    held.reference = after_drawing(held.reference, CanvasEvent("path", path=path))
    go_to(page, "boxes")
    assert state_of(page, "bus") is None
    assert state_of(page, "flower").reference.now.given
