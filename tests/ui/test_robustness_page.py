"""The Robustness page as its visitors see it, in both languages, without a browser."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from tests.ui.test_adversarial_page import APP, ended, new_visitor, press, words  # noqa: F401  (a fixture)


def open_page(language: str, *samples: str, **settings: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.query_params["sample"] = list(samples)
    app.run()
    app.switch_page("pages/robustness.py")
    for name, value in settings.items():
        app.query_params[name] = value
    return app.run()


@pytest.mark.parametrize(("language", "title", "worst"), [("en", "Robustness", "falls"), ("fr", "Robustesse", "passe")])
def test_corruptions_of_one_photo_on_both_models(language: str, title: str, worst: str) -> None:
    from vizcore.engine import shared_engine

    page = open_page(language, "cat")
    assert [each.value for each in page.title] == [title]
    ended(press(page, "robustness.jobs.start"), "robustness.jobs")
    assert not page.error
    assert worst in words(page)
    assert "CNN mini" in words(page)
    assert "ViT mini" in words(page)
    calls = shared_engine().status().calls
    page.query_params["robustness.corruption"] = "fog"
    page.run()
    page.slider(key="robustness.severity").set_value(5).run()
    assert not page.exception
    assert shared_engine().status().calls == calls


def test_slices_name_the_empty_ones() -> None:
    page = open_page("en", "cat", "coffee", **{"robustness.section": "slices"})
    assert not page.exception
    assert "nothing is known about it" in words(page)
    assert "users" in words(page)


def test_stability_under_shifts_and_turns() -> None:
    page = open_page("en", "cat", **{"robustness.section": "stability", "robustness.models": "cnn-mini"})
    assert not page.exception
    assert not page.error
    assert "eight shifts by one pixel" in words(page)


@pytest.mark.opening
def test_another_photo_begins_another_run_without_a_click() -> None:
    page = ended(open_page("en", "cat"), "robustness.jobs")
    first = page.session_state["robustness.jobs"].jobs["cnn-mini"]
    page.pills[0].set_value(["coffee"]).run()
    page = ended(page, "robustness.jobs")
    second = page.session_state["robustness.jobs"].jobs["cnn-mini"]
    assert not page.exception
    assert first is not second
    assert [photo.name for photo in (second.request.photo if isinstance(second.request.photo, tuple) else [])] != []
