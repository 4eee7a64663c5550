"""An ONNX file brought on the page "Teach it your classes", and where it is offered afterwards."""

from __future__ import annotations

import dataclasses
import re

import pytest
from streamlit.testing.v1 import AppTest

from tests.tiny_onnx import onnx_model
from tests.ui.test_teach_page import new_visitor, open_page, words
from vizcore import settings
from vizcore.ui.panels.teach import own_onnx_file

__all__ = ["new_visitor"]  # each test is a visitor of its own


def brought(page: AppTest, data: bytes, labels: str) -> AppTest:
    field = next(each for each in page.file_uploader if (each.key or "").startswith("teach.onnx.file"))
    field.set_value([("mug.onnx", data, "application/octet-stream")])
    page.text_area(key="teach.onnx.labels").set_value(labels)
    page.run()
    return page.button(key="teach.onnx.load").click().run()


@pytest.mark.parametrize(
    ("language", "taken", "elsewhere"),
    [
        ("en", "mug.onnx is a model of this visit now, with 3 classes.", "Not offered here"),
        ("fr", "mug.onnx est maintenant un modèle de cette visite", "Non proposé ici"),
    ],
)
def test_it_is_offered_where_scores_will_do(language: str, taken: str, elsewhere: str) -> None:
    page = open_page(language, start="own", models="cnn-mini", section="use")
    page = brought(page, onnx_model().SerializeToString(), "mug\nstapler\npen")
    assert not page.exception
    assert taken in words(page).replace("\\", "")
    page.switch_page("pages/robustness.py").run()
    options = page.multiselect(key="robustness.models.widget").options
    assert options[-1].startswith("mug.onnx")
    page.multiselect(key="robustness.models.widget").set_value([options[-1]]).run()
    assert not page.exception
    assert not page.error
    page.switch_page("pages/features.py").run()
    options = page.multiselect(key="features.models.widget").options
    page.multiselect(key="features.models.widget").set_value([options[-1]]).run()
    assert options[-1].startswith("mug.onnx")
    assert not page.exception
    assert not page.error
    assert any(re.match("Occlusion, 8|Occultation, 8", each.value) for each in page.caption)
    if language == "en":  # AppTest formats the class picker's choice outside the visitor's session
        page.query_params["features.section"] = "evidence"
        page.run()
        assert not page.exception
        assert not page.error
        assert any("occlusion is its only map" in each.value for each in page.caption)
    page.query_params["features.section"] = "maps"
    page.run()
    assert not any(each.startswith("mug") for each in page.multiselect(key="features.models.widget").options)
    assert any(each.value.startswith(elsewhere) and "mug" in each.value for each in page.caption)
    page.switch_page("pages/similarity.py").run()
    page.multiselect(key="similarity.models.widget").set_value([options[-1]]).run()
    assert not page.exception
    assert not page.error
    assert "mug" in words(page)


def test_a_refusal_says_what_is_wrong() -> None:
    page = open_page("en", start="own", models="cnn-mini", section="use")
    page = brought(page, onnx_model(more_inputs=["second"]).SerializeToString(), "")
    assert "The network must have one input" in words(page)
    page = brought(page, onnx_model().SerializeToString(), "mug\npen")
    assert "The list has 2 classes, and the network gives 3 scores" in words(page)


def test_a_shared_server_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    hosted = dataclasses.replace(settings.current(), hosted=True, own_models=False)
    monkeypatch.setattr(own_onnx_file, "current", lambda: hosted)
    page = open_page("en", start="own", models="cnn-mini", section="use")
    assert "On this shared server nobody brings a model of their own" in words(page)
    assert not [each for each in page.file_uploader if (each.key or "").startswith("teach.onnx")]


@pytest.mark.parametrize("text", ["0.5 0.25 1", "0.5, 0.25, 1", "0,5; 0,25; 1"])
def test_three_numbers_as_people_write_them(text: str) -> None:
    assert own_onnx_file._triple(text) == (0.5, 0.25, 1.0)
