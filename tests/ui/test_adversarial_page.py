"""The Adversarial page as its visitors see it, in both languages, without a browser."""

from __future__ import annotations

import time
from itertools import count
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import LONG_PATIENCE_S, PATIENCE_S, wait_until

VISITORS = count()
WATCHED_S = 2.0
LAST_START = "What follows is from your last start"
APP = str(Path(__file__).parents[2] / "app.py")


@pytest.fixture(autouse=True)
def new_visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test is a visitor without earlier jobs."""
    visitor = f"adversarial visitor {next(VISITORS)}"
    monkeypatch.setattr("vizcore.ui.session.session_id", lambda: visitor)


def open_page(language: str, *samples: str, **settings: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
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


def ended(page: AppTest, key: str = "adversarial.trial") -> AppTest:
    """Runs the page again until the job under this key is over."""

    from vizcore.engine import shared_engine

    def look() -> None:
        """When the engine has ended it, and now and then, as who watches: each run of the page takes from it."""
        looked = time.monotonic()
        wait_until(lambda: not shared_engine().status().running or time.monotonic() - looked > WATCHED_S, pause_s=0.05)
        page.run()
        assert not page.exception

    wait_until(
        lambda: not page.button(key=f"{key}.start").disabled,
        meanwhile=look,
        pause_s=0.1,
        patience_s=LONG_PATIENCE_S,
        said=lambda: [each.value for each in page.caption],
    )
    return page.run()


def words(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.info, page.success, page.error)
    return "\n".join(str(each.value) for kind in kinds for each in kind)


@pytest.mark.parametrize(
    ("language", "title", "fooled"),
    [("en", "Adversarial dog", "Budget kept: 8/255"), ("fr", "Chat pris pour un chien", "Budget respecté")],
)
def test_a_sample_attacked_with_its_defaults(language: str, title: str, fooled: str) -> None:
    page = open_page(language, "cat")
    assert [each.value for each in page.title] == [title]
    assert not page.error
    ended(press(page, "adversarial.trial.start"))
    assert fooled in words(page)
    values = {each.label: each.value for each in page.metric}
    assert any(value.endswith("/255") for value in values.values())


def test_an_attacked_picture_keeps_the_name_of_its_photo() -> None:
    page = ended(press(open_page("fr", "cat", **{"adversarial.attack": "fgsm"}), "adversarial.trial.start"))
    press(page, "adversarial.to_tray")
    assert [entry.photo.name for entry in page.session_state["tray"].entries.values()] == ["cat", "cat · fgsm"]


def test_a_link_of_one_language_has_the_same_budget_in_the_other() -> None:
    page = open_page("fr", "cat", **{"adversarial.epsilon": "0.5/255", "adversarial.attack": "fgsm"})
    slider = page.select_slider(key="adversarial.epsilon.widget")
    assert slider.value == "0.5/255"
    assert "0,5/255" in slider.options
    ended(press(page, "adversarial.trial.start"))
    assert "Budget respecté : 0,5/255" in words(page).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.opening
def test_the_page_opens_on_a_finished_attack() -> None:
    page = ended(open_page("en"))
    assert "Budget kept: 8/255" in words(page)


def test_display_settings_run_no_model() -> None:
    from vizcore.engine import shared_engine

    page = ended(press(open_page("en", "cat"), "adversarial.trial.start"))
    calls = shared_engine().status().calls
    page.slider(key="adversarial.gain").set_value(30).run()
    page.toggle(key="adversarial.whole").set_value(True).run()
    assert not page.exception
    assert shared_engine().status().calls == calls


def test_a_photo_already_of_the_target_class_is_one_sentence() -> None:
    page = open_page("en", "cat", **{"adversarial.target": "words", "adversarial.words": first_answer("cat")})
    page = ended(press(page, "adversarial.trial.start"))
    assert len(page.error) == 1
    assert "already sees" in page.error[0].value


def test_a_class_that_the_model_lacks_is_one_sentence_and_no_start() -> None:
    page = open_page("en", "cat", **{"adversarial.target": "words", "adversarial.words": "flying saucer"})
    assert not page.exception
    assert "knows no class" in page.error[0].value
    assert not [each for each in page.button if each.key == "adversarial.trial.start"]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"adversarial.target": "words", "adversarial.words": "flying saucer"}, "knows no class"),
        ({"adversarial.target": "words", "adversarial.words": "e"}, "Several classes fit"),
        ({"adversarial.target": "words"}, "Type a class"),
    ],
    ids=["unknown", "several", "none yet"],
)
def test_why_there_is_no_attack_stands_on_the_page_and_in_no_closed_fold(
    settings: dict[str, str], sentence: str
) -> None:
    page = open_page("en", "cat", **settings)
    said = [*page.main.error, *page.main.info]
    assert [each for each in said if sentence in each.value]
    folded = [each for fold in page.get("popover") for each in (*fold.get("error"), *fold.get("info"))]
    assert page.get("popover")
    assert not [each for each in folded if sentence in each.value]


@pytest.mark.parametrize(("language", "typed"), [("en", "tasse"), ("fr", "cup"), ("fr", "tasse")])
def test_a_class_in_words_of_either_language_is_known(language: str, typed: str) -> None:
    page = open_page(language, "cat", **{"adversarial.target": "words", "adversarial.words": typed})
    assert not page.error
    assert [each for each in page.button if each.key == "adversarial.trial.start"]


@pytest.mark.parametrize(
    ("budget", "said"), [("0/255", "changes nothing"), ("255/255", "no disguise")], ids=["none", "everything"]
)
def test_extreme_budgets_are_said_and_run(budget: str, said: str) -> None:
    page = open_page("en", "cat", **{"adversarial.epsilon": budget, "adversarial.attack": "fgsm"})
    assert said in words(page)
    ended(press(page, "adversarial.trial.start"))
    assert f"Budget kept: {budget}" in words(page)


def test_start_is_closed_while_it_runs_and_stop_keeps_the_best() -> None:
    page = press(open_page("en", "cat", **{"adversarial.attack": "carlini-wagner"}), "adversarial.trial.start")
    assert page.button(key="adversarial.trial.start").disabled
    page.button(key="adversarial.trial.stop").click().run()
    ended(page)
    assert not page.error


def test_nan_from_the_model_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from vizcore.zoo.feature_models import TorchFeatureModel

    page = open_page("en", "coffee")
    monkeypatch.setattr(TorchFeatureModel, "logits", lambda self, pixels: torch.full((len(pixels), 104), torch.nan))
    ended(press(page, "adversarial.trial.start"))
    assert len(page.error) == 1
    assert not page.metric


def test_survival_of_an_attack_is_shown() -> None:
    page = open_page("en", "cat", **{"adversarial.question": "survival"})
    assert "Attack a photo first" in words(page)
    ended(press(page, "adversarial.trial.start"))
    assert "The attack survives" in words(page)


@pytest.mark.parametrize(
    ("question", "key", "said", "other"),
    [
        ("sweep", "adversarial.sweep", "Success rate|enough for half", ("adversarial.attack", "pgd")),
        ("transfer", "adversarial.transfer.jobs", "Made on CNN mini", ("adversarial.attack", "pgd")),
        ("defence", "adversarial.defence", "Best here", ("adversarial.attack", "pgd")),
        ("patch", "adversarial.patch", "fresh placements", ("adversarial.studied", "samples")),
    ],
)
def test_each_question_is_answered(question: str, key: str, said: str, other: tuple[str, str]) -> None:
    """One photo and one step keep it short; what the rates should be is the studies' own test. With another setting
    the answer stands below a sentence that it is of the last start."""
    page = open_page(
        "en",
        "coffee",
        **{
            "adversarial.question": question,
            "adversarial.studied": "tray",
            "adversarial.attack": "fgsm",
            "adversarial.patch.steps": "20",
        },
    )
    assert page.session_state["adversarial.studied.widget"] == "tray"
    ended(press(page, f"{key}.start"), key)
    assert not page.error
    assert any(each in words(page) for each in said.split("|"))
    assert LAST_START not in words(page)
    page.query_params[other[0]] = other[1]
    page.run()
    assert not page.exception
    assert words(page).count(LAST_START) == 1
    assert any(each in words(page) for each in said.split("|"))


def first_answer(sample: str) -> str:
    """The bundled CNN's own first class, by its index."""
    from vizcore.engine import shared_engine
    from vizcore.features.classes import classify
    from vizcore.samples import load_sample

    found = shared_engine().run(classify, "efficientnet-lite0", load_sample(sample))
    return str(found.top(1)[0][0])  # type: ignore[attr-defined]
