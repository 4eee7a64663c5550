"""The page Cost as its visitors see it, in both languages, without a browser."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from tests.ui.test_adversarial_page import APP, ended, new_visitor, press, words  # noqa: F401  (a fixture)
from vizcore.runtimes import real_load
from vizcore.runtimes.real_load import RealLoadSettings


def open_page(language: str = "en", **settings: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.run()
    app.switch_page("pages/cost.py")
    for name, value in settings.items():
        app.query_params[name] = value
    page = app.run()
    assert not page.exception
    return page


@pytest.mark.parametrize(("language", "title", "refused"), [("en", "Cost", "refused"), ("fr", "Coût", "refusé")])
def test_opens_on_two_runtimes_that_agree(language: str, title: str, refused: str) -> None:
    page = open_page(language)
    assert [each.value for each in page.title] == [title]
    text = words(page)
    assert "ONNX Runtime" in text
    assert refused in text
    assert "8 sur 8" in text or "8 of 8" in text


def test_a_budget_that_is_broken_is_said() -> None:
    page = open_page()
    page = page.number_input(key="cost.budget.model").set_value(0.1).run()
    assert any("over" in each.value for each in page.warning)


def test_a_load_for_real_puts_its_points_beside_the_curve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(real_load, "RealLoadSettings", lambda series: RealLoadSettings(requests=6, series=series))
    page = open_page("fr", **{"cost.section": "load"})
    page = ended(press(page, "cost.real_load.cnn-mini.start"), "cost.real_load.cnn-mini")
    assert "fermée, 4 clients" in words(page)


def test_a_segmenter_leaves_as_two_files() -> None:
    page = open_page(**{"cost.section": "export", "cost.export.model": "sam-mini", "cost.format": "onnx-decoder"})
    assert not page.error
    assert "once for each click" in words(page)


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("variations", "bfloat16"),
        ("resolution", "is made for 224 pixels"),
        ("load", "photos a second"),
        ("export", "onnxruntime"),
        ("pyramid", "P3"),
    ],
)
def test_each_section(section: str, expected: str) -> None:
    page = open_page(**{"cost.section": section})
    assert not page.error
    assert expected in words(page) + "".join(each.value for each in page.code)
