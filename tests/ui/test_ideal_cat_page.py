"""The Ideal cat page as its visitors see it, in both languages, without a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import LONG_PATIENCE_S, PATIENCE_S, wait_until
from vizcore.engine import shared_engine
from vizcore.errors import DeadUnit
from vizcore.i18n import speaking

APP = str(Path(__file__).parents[2] / "app.py")
START, STOP = "ideal_cat.start_button", "ideal_cat.stop_button"


def dead(model: Any, photo: Any, settings: Any) -> Any:
    """Stands in for `expected_seconds`: the unit is silent."""
    raise DeadUnit(model=model.card.key, target="layer4:3", reason="pre_activation")


def open_page(language: str = "en", **parameters: str | list[str]) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    for name, value in parameters.items():
        app.query_params[name if name == "sample" else f"ideal_cat.{name}"] = value
    app.run()
    app.switch_page("pages/ideal_cat.py").run()
    assert not app.exception
    return app


def run_until(app: AppTest, condition: Callable[[AppTest], Any]) -> None:
    wait_until(lambda: condition(app), meanwhile=app.run, pause_s=0.1, patience_s=LONG_PATIENCE_S)
    assert not app.exception


def is_over(app: AppTest) -> bool:
    return not app.button(key=START).disabled and bool(app.header)


def text_of(app: AppTest) -> str:
    return " ".join(str(each.value) for each in [*app.markdown, *app.caption, *app.info])


@pytest.mark.parametrize(
    ("language", "title", "about", "verdict"),
    [
        ("en", "Ideal cat", "timed on this machine", "not a picture of tabby"),
        ("fr", "Chat idéal", "mesuré à l'instant", "n'est pas une image de chat tigré"),
    ],
)
def test_start_to_verdict(language: str, title: str, about: str, verdict: str) -> None:
    app = open_page(language, steps="4", seed="11")
    assert app.title[0].value == title
    assert about in text_of(app).replace("’", "'")
    calls = shared_engine().status().calls
    for _press in range(6):
        app.button(key=START).click()
    app.run()
    run_until(app, is_over)
    assert not app.error
    assert verdict in text_of(app).replace("’", "'")
    assert shared_engine().status().calls - calls <= 4  # two climbs, and each picture shown to the other model
    calls = shared_engine().status().calls
    app.button(key=START).click().run()
    assert ("Known from before" if language == "en" else "Déjà connu") in text_of(app)
    assert app.toggle(key="ideal_cat.watch").value
    assert not app.exception
    assert shared_engine().status().calls == calls


def test_stop_keeps_the_best_so_far() -> None:
    app = open_page(steps="2000", models="cnn-mini", seed="12")
    app.button(key=START).click().run()
    assert app.button(key=START).disabled
    run_until(app, lambda each: "The network is **" in text_of(each))
    app.button(key=STOP).click().run()
    run_until(app, is_over)
    assert "best so far" in text_of(app)
    assert "Activation" in text_of(app)


def test_the_ablation_runs_four_recipes() -> None:
    app = open_page(run="ablation", steps="2", seed="13")
    app.button(key=START).click().run()
    run_until(app, is_over)
    text = text_of(app)
    assert all(name in text for name in ("Plain pixels", "+ variation loss", "+ waves", "+ jitter"))
    assert "share of the plain pixels" in text


def test_several_at_once_have_their_own_numbers() -> None:
    app = open_page(run="several", steps="2", count="3", seed="14")
    app.button(key=START).click().run()
    run_until(app, is_over)
    assert len([each for each in app.get("download_button") if "PNG" in each.label]) == 3


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("words", ["chat tigré (tabby)", "tabby", "tabby, tabby cat", "chat tigré"])
def test_an_address_of_a_class_works_in_every_language(language: str, words: str) -> None:
    app = open_page(language, dream="class", **{"class": words})
    assert not app.error
    assert not app.button(key=START).disabled
    assert app.selectbox(key="ideal_cat.class.widget").value.startswith("tabby")


def test_a_class_stays_when_the_language_is_switched() -> None:
    app = open_page("fr", dream="between")
    with speaking("fr"):  # in which the test, as the browser, reads the list
        first = app.selectbox(key="ideal_cat.first.widget")
        assert "poisson rouge (goldfish)" in first.options
        first.set_value("goldfish").run()
        assert app.query_params["ideal_cat.first"] == "goldfish, Carassius auratus"
        assert "ideal_cat.second" not in app.query_params
        app.query_params["lang"] = "en"
        app.run()
    assert not app.error
    assert app.selectbox(key="ideal_cat.first.widget").value.startswith("goldfish")
    assert not app.button(key=START).disabled


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"dream": "inside", "channel": "5000"}, "index"),
        ({"dream": "class", "class": "qwertz"}, "qwertz"),
    ],
)
def test_what_a_model_lacks_is_one_sentence_for_each(parameters: dict[str, str], sentence: str) -> None:
    app = open_page(**parameters)
    assert len(app.error) == 2
    assert all(sentence in each.value for each in app.error)


def test_a_dead_unit_is_said_with_its_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.generation.ideal.run.expected_seconds", dead)
    app = open_page(dream="inside", models="cnn-mini")
    assert len(app.error) == 1
    assert "pre\\-activation" in app.error[0].value
    assert app.toggle(key="ideal_cat.before")


def test_a_photo_to_begin_with_is_at_hand() -> None:
    app = open_page(start="photo")
    assert app.pills[0].value == "coffee"
    assert not app.button(key=START).disabled


def test_between_two_classes_and_the_next_noise() -> None:
    app = open_page(dream="between", seed="3")
    assert not app.error
    assert app.slider(key="ideal_cat.mix").value == 0.5
    app.button(key="ideal_cat.noise_button").click().run()
    assert not app.exception
    assert app.number_input(key="ideal_cat.seed").value == 4
