"""The Adversarial page as its visitors see it, in both languages, without a browser."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

APP = str(Path(__file__).parents[2] / "app.py")


def open_page(language: str, *samples: str, **settings: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    app.query_params["lang"] = language
    app.query_params["sample"] = list(samples)
    app.run()
    app.switch_page("pages/adversarial.py")
    for name, value in settings.items():
        app.query_params[name] = value
    return app.run()


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def ended(page: AppTest, key: str = "adversarial.trial", seconds: float = 60) -> AppTest:
    """Runs the page again until the job under this key is over."""
    until = time.monotonic() + seconds
    while page.button(key=f"{key}.start").disabled:
        assert time.monotonic() < until, [each.value for each in page.caption]
        time.sleep(0.1)
        page.run()
        assert not page.exception
    return page.run()


def words(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.info, page.success, page.error)
    return "\n".join(str(each.value) for kind in kinds for each in kind)


@pytest.mark.parametrize(
    ("language", "title", "fooled"),
    [("en", "Adversarial dog", "Budget kept: 8/255"), ("fr", "Chien adverse", "Budget respecté")],
)
def test_a_sample_attacked_with_its_defaults(language: str, title: str, fooled: str) -> None:
    page = open_page(language, "cat")
    assert [each.value for each in page.title] == [title]
    assert not page.error
    ended(press(page, "adversarial.trial.start"))
    assert fooled in words(page)
    values = {each.label: each.value for each in page.metric}
    assert any(value.endswith("/255") for value in values.values())


def test_one_click_on_an_empty_tray_starts_the_attack() -> None:
    page = open_page("en")
    ended(press(page, "adversarial.one_click"))
    assert "Budget kept: 8/255" in words(page)
    assert not [each for each in page.button if each.key == "adversarial.one_click"]


def test_display_settings_run_no_model() -> None:
    from vizcore.engine import shared_engine

    page = ended(press(open_page("en", "cat"), "adversarial.trial.start"))
    calls = shared_engine().status().calls
    page.slider(key="adversarial.gain").set_value(30).run()
    page.toggle(key="adversarial.whole").set_value(True).run()
    assert not page.exception
    assert shared_engine().status().calls == calls
