"""The Detection page as its visitors see it, in both languages, without a browser."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import LONG_PATIENCE_S, PATIENCE_S, wait_until
from tests.ui.detection_parts import crowded_propose, staged_propose
from tests.ui.written_files import json_bytes
from vizcore.detection import choosing
from vizcore.detection.candidates import ProposeSettings
from vizcore.errors import InvalidOutput
from vizcore.i18n.numbers import NOTHING
from vizcore.photo import Note, Photo
from vizcore.pictures import encode_png
from vizcore.results import Candidates, Detections
from vizcore.ui.shared_boxes import KEY as HANDED
from vizcore.zoo.protocols import Detector

APP = str(Path(__file__).parents[2] / "app.py")
SECTIONS = ["side", "agreement", "yolo", "detr", "explain", "time"]


def nan_from_detr(model: Detector, photo: Photo, settings: ProposeSettings | None = None) -> Candidates:
    """One of the two detectors gives no valid numbers."""
    if not model.needs_nms:
        raise InvalidOutput(model=model.card.key)
    return staged_propose(model, photo, settings)


def noted_propose(model: Detector, photo: Photo, settings: ProposeSettings | None = None) -> Candidates:
    """As when there were more candidates than the limit."""
    found = staged_propose(model, photo, settings)
    notes = (Note("candidates_cut", {"kept": 20_000, "found": 34_000}),)
    return replace(found, provenance=replace(found.provenance, notes=notes))


def open_page(language: str = "en", *samples: str, **query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.query_params["sample"] = list(samples)
    app.run()
    for name, value in ({"own": "false"} | query).items():  # one score for all, so that what is shown can be counted
        app.query_params[f"detection.{name}"] = value
    return app.switch_page("pages/detection.py").run()


def pictures(page: AppTest) -> list[dict[str, Any]]:
    """What is sent to each picture of boxes."""
    sent = [each.proto for each in page.main.get("bidi_component")]
    return [json.loads(each.json) for each in sent if each.component_name.endswith("vizcore_box_picture")]


def shown_boxes(page: AppTest) -> list[int]:
    """How many boxes each picture shows: those that reach the slider it follows."""
    scenes = pictures(page)
    least = [page.slider(key=each["slider"]).value if each["slider"] else 0.0 for each in scenes]
    return [sum(box[6] >= low for box in each["boxes"]) for each, low in zip(scenes, least, strict=True)]


def calls() -> int:
    from vizcore.engine import shared_engine

    return shared_engine().status().calls


def words(page: AppTest) -> str:
    return "\n".join(each.value for each in [*page.main.markdown, *page.main.caption, *page.main.info])


@pytest.fixture
def staged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Known candidates, whatever the bundled weights are."""
    monkeypatch.setattr("vizcore.detection.candidates.propose", staged_propose)


@pytest.mark.parametrize(("language", "boxes"), [("en", ["2", "3"]), ("fr", ["2", "3"])])
def test_two_detectors_side_by_side(language: str, boxes: list[str], staged: None) -> None:
    page = open_page(language, "cat")
    assert not page.exception
    assert not page.error
    assert len(pictures(page)) == 2
    assert [str(len(table.value)) for table in page.dataframe] == boxes
    assert len(page.get("download_button")) == 5


def test_boxes_are_chosen_once_for_the_picture_and_the_words(staged: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """And once more for the detector of which is said what NMS would take away."""
    asked: list[bool] = []
    real = choosing.choose

    def noted(candidates: Any, settings: Any = None) -> Any:
        asked.append(candidates.needs_nms)
        return real(candidates, settings)

    page = open_page("en", "cat", own="false")
    monkeypatch.setattr(choosing, "choose", noted)
    page.run()
    assert sorted(asked) == [False, False, True]
    assert shown_boxes(page) == [len(table.value) for table in page.dataframe]


def test_each_detector_at_its_own_score(staged: None) -> None:
    """DETR mini's own score leaves one of its three boxes; YOLO mini's both."""
    page = open_page("en", "cat", own="true")
    assert [len(table.value) for table in page.dataframe] == [2, 1]
    assert shown_boxes(page) == [2, 1]
    assert page.slider(key="detection.score").disabled
    assert "NMS would take away **0** boxes." in words(page)
    page.toggle(key="detection.anyway").set_value(True).run()
    assert "NMS took away **0** boxes anyway." in words(page)


def test_the_difference_is_said_in_counts(staged: None) -> None:
    said = words(open_page("en", "cat"))
    assert "see **1** of 3 objects alike" in said
    assert "same place, another class: **1** (cat \\/ dog 1)" in said
    assert "**1** (person 1)" in said


def test_a_box_of_one_model_alone_has_a_dash_for_the_other(staged: None) -> None:
    (table,) = open_page("en", "cat", section="agreement").dataframe
    row = table.value[table.value["YOLO mini: score"].isna()]
    assert row["YOLO mini: class"].isna().tolist() == [True]
    assert row["DETR mini: score"].tolist() == ["0.300"]
    assert table.proto.placeholder == NOTHING


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_section_with_the_bundled_pair(language: str, section: str) -> None:
    page = open_page(language, "cat", section=section)
    assert not page.exception
    assert not page.error
    assert page.expander, "the lesson stays"


def test_sliders_run_no_model(staged: None) -> None:
    page = open_page("en", "cat")
    before, sent = calls(), pictures(page)
    page.slider(key="detection.score").set_value(0.65).run()
    assert pictures(page) == sent, "the browser has every box already"
    assert [len(table.value) for table in page.dataframe] == [2, 1]
    assert shown_boxes(page) == [2, 1]
    page.slider(key="detection.iou").set_value(1.0).run()
    assert [len(table.value) for table in page.dataframe] == [3, 1]
    page.multiselect(key="detection.classes.widget").set_value(["dog"]).run()
    assert not page.dataframe
    assert not page.exception
    assert calls() == before


@pytest.mark.parametrize(
    ("section", "slider", "value"),
    [("agreement", "agree", 0.9), ("yolo", "step", 2), ("yolo", "score", 0.5), ("detr", "weight.l1", 0.0)],
)
def test_sliders_of_the_other_sections_run_no_model(section: str, slider: str, value: float, staged: None) -> None:
    page = open_page("en", "cat", section=section)
    before = calls()
    page.slider(key=f"detection.{slider}").set_value(value).run()
    assert not page.exception
    assert not page.error
    assert calls() == before


def test_no_detection_is_a_sentence_and_a_complete_export(staged: None) -> None:
    page = open_page("en", "cat", score="1.0")
    assert not page.exception
    assert "No box passes these settings." in words(page)
    assert "Neither" in words(page)
    assert not page.dataframe
    assert len(page.get("download_button")) == 5
    page.button(key="detection.hand.give").click().run()
    assert words(page).count("No box passes these settings.") == 3
    assert not page.session_state[HANDED]


@pytest.mark.parametrize("section", ["agreement", "yolo", "explain"])
def test_no_detection_in_the_other_sections(section: str, staged: None) -> None:
    page = open_page("en", "cat", section=section, score="1.0")
    assert not page.exception
    assert not page.error
    assert page.info


def test_the_box_in_the_address_is_explained_and_a_wrong_one_is_said(staged: None) -> None:
    page = open_page("en", "cat", section="explain", box="2")
    assert page.selectbox(key="detection.box.widget").value == "2"
    assert page.query_params["detection.box"] == "2"
    page.pills[0].set_value(["bus"]).run()
    assert page.selectbox(key="detection.box.widget").value == "1", "the second box of another photo is another"
    page = open_page("en", "cat", section="explain", box="77")
    assert page.selectbox(key="detection.box.widget").value == "1"
    assert "“77”, but it takes" in words(page)
    page.selectbox(key="detection.box.widget").set_value("2").run()
    assert "“77”" not in words(page)


def test_an_empty_tray_offers_samples_and_works_on_one(staged: None) -> None:
    page = open_page("en")
    assert not page.exception
    assert page.pills[0].value == ["bus"]
    assert len(page.pills[0].options) > 1
    assert len(pictures(page)) == 2


def test_two_photos_are_two_rows(staged: None) -> None:
    page = open_page("en", "cat", "coffee")
    assert [each.value for each in page.main.markdown if each.value in ("**cat**", "**coffee**")] == [
        "**cat**",
        "**coffee**",
    ]
    assert len(pictures(page)) == 4


def test_one_detector_alone(staged: None) -> None:
    page = open_page("en", "cat", models="detr-mini")
    assert len(pictures(page)) == 1
    assert page.slider(key="detection.iou").disabled


@pytest.mark.parametrize(
    ("section", "model"), [("agreement", "yolo-mini"), ("yolo", "detr-mini"), ("detr", "yolo-mini")]
)
def test_a_section_says_which_detector_is_missing(section: str, model: str, staged: None) -> None:
    page = open_page("en", "cat", section=section, models=model)
    assert not page.exception
    assert any("Choose a" in each.value for each in page.info)


def test_a_detector_that_answers_nan_leaves_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.detection.candidates.propose", nan_from_detr)
    page = open_page("en", "rocket")
    assert not page.exception
    assert len(page.error) == 1
    assert len(pictures(page)) == 1


@pytest.mark.parametrize("section", ["side", "yolo", "agreement"])
def test_twenty_thousand_candidates(section: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.detection.candidates.propose", crowded_propose)
    page = open_page("en", "astronaut", section=section)
    assert not page.exception
    assert not page.error


@pytest.mark.parametrize("section", SECTIONS)
def test_a_picture_of_one_pixel(section: str) -> None:
    page = open_page("en", section=section)
    page.file_uploader[0].upload("dot.png", encode_png(np.zeros((1, 1, 3), np.uint8)), "image/png")
    page.run()
    assert not page.exception
    assert not page.error


@pytest.mark.parametrize(
    "query",
    [
        {"section": ""},
        {"section": "nonsense", "models": "nonsense"},
        {"section": "yolo", "step": "999", "nms": "", "iou": "-3"},
        {"section": "detr", "query": "", "objects": "99", "scene": "x"},
        {"section": "detr", "query": "9999", "truth": "draw"},
        {"section": "agreement", "photo": "9", "cases": "nonsense", "agree": "nan"},
        {"section": "explain", "from": "?", "map": "", "strength": "1e9"},
        {"section": "time", "runs": "0", "batch": "-1", "dtype": ""},
        {"score": "0", "classes": ["nonsense", "cat"], "label": ""},
    ],
    ids=str,
)
def test_a_strange_address_is_no_trouble(query: dict[str, str], staged: None) -> None:
    page = open_page("en", "cat", **query)
    assert not page.exception
    assert not page.error


def test_what_was_cut_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.detection.candidates.propose", noted_propose)
    assert "20,000" in words(open_page("en", "cat"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_each_model_is_given(language: str, staged: None) -> None:
    page = open_page(language, "cat")
    page.toggle(key="detection.given").set_value(True).run()
    assert not page.exception
    assert not page.error
    assert words(page).replace("\N{NO-BREAK SPACE}", " ").count("**320 x 320 px.**") == 2


def test_boxes_are_handed_on(staged: None) -> None:
    page = open_page("en", "cat")
    page.button(key="detection.hand.give").click().run()
    assert not page.exception
    (held,) = page.session_state[HANDED].values()
    assert held.labels == ("cat", "cat")
    assert held.source == "yolo-mini"


@pytest.mark.parametrize(
    ("score", "same"), [("0.25", "yes"), ("0.85", "no")], ids=["the same settings", "other settings"]
)
def test_a_saved_file_is_read_back_and_compared(score: str, same: str, staged: None) -> None:
    page = open_page("en", "cat", score=score)
    upload_saved(page, "boxes.json", json_bytes([saved_boxes()]))
    assert not page.exception
    assert f"| 451 x 300 | 2 | {same} |" in words(page)


def test_a_saved_file_is_compared_with_what_is_shown_now(staged: None) -> None:
    """Also after a slider moved, though the record stands apart from the sliders."""
    page = open_page("en", "cat")
    assert page.slider(key="detection.score").value == 0.25
    upload_saved(page, "boxes.json", json_bytes([saved_boxes()]))
    assert "| 451 x 300 | 2 | yes |" in words(page)
    page.slider(key="detection.score").set_value(0.85).run()
    assert "| 451 x 300 | 2 | no |" in words(page)


@pytest.mark.parametrize("data", [b"", b"{", b"[1]", b'{"results": [{"kind": "Detections"}]}', b'{"annotations": 1}'])
def test_a_broken_file_is_one_sentence(data: bytes, staged: None) -> None:
    page = upload_saved(open_page("en", "cat"), "boxes.json", data)
    assert not page.exception
    assert len(page.error) == 1
    assert len(pictures(page)) == 2


def saved_boxes() -> Detections:
    """What YOLO finds on the staged page with the settings that it opens with."""
    from vizcore.detection.choosing import choose
    from vizcore.engine import shared_engine
    from vizcore.samples import load_sample

    settings = ProposeSettings(floor=0.01)
    return choose(shared_engine().run(staged_propose, "yolo-mini", load_sample("cat"), settings))  # type: ignore[arg-type]


def upload_saved(page: AppTest, name: str, data: bytes) -> AppTest:
    field = next(each for each in page.file_uploader if (each.key or "").startswith("detection.reimport"))
    field.upload(name, data, "application/json")
    return page.run()


def test_the_step_by_step_names_who_is_suppressed(staged: None) -> None:
    page = open_page("en", "cat", section="yolo")
    said = words(page)
    assert "by NMS: **2**; left: **2**." in said
    assert "3 · cat 70" in said
    assert "suppressed" in said


def test_an_honest_time_is_measured(staged: None) -> None:
    page = open_page("en", "cat", section="time", runs="10")
    page.button(key="detection.time.start").click().run()
    whole = lambda: len(page.dataframe) > 0 and len(page.dataframe[0].value) >= 8  # noqa: E731
    wait_until(whole, meanwhile=page.run, pause_s=0.1, patience_s=LONG_PATIENCE_S)
    assert not page.exception
    assert len(page.get("plotly_chart")) == 2
    said = words(page)
    assert "n = 10 runs" in said
    assert "warm-up apart" in said
    assert "times as long" in said
