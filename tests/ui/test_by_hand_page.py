"""The page "CNN by hand" as its visitors see it, in both languages, without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import LONG_PATIENCE_S, PATIENCE_S, wait_until
from vizcore.by_hand.gradient_check import NETWORKS
from vizcore.by_hand.learner import TrainingSettings
from vizcore.by_hand.mistakes import MISTAKES
from vizcore.i18n.numbers import power
from vizcore.photo import Photo
from vizcore.samples import load_sample
from vizcore.ui import downloads, session
from vizcore.ui.panels.by_hand import inputs, learn, sections
from vizcore.ui.panels.by_hand.check import MISTAKE_TITLES, NETWORK_TITLES, WHAT_BROKE
from vizcore.ui.panels.by_hand.sections import SECTIONS

NUMBERS = count()
APP = str(Path(__file__).parents[2] / "app.py")


@pytest.fixture(autouse=True)
def new_visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test is a visitor of its own, who finds nothing of the last one's."""
    visitor = f"by hand {next(NUMBERS)}"
    monkeypatch.setattr(session, "session_id", lambda: visitor)
    monkeypatch.setattr(learn, "session_id", lambda: visitor)


def open_page(language: str, **settings: str | list[str]) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.run()
    app.switch_page("pages/by_hand.py")
    for name, value in settings.items():
        app.query_params[f"by_hand.{name}"] = value
    page = app.run()
    assert not page.exception, page.exception
    return page


@pytest.mark.parametrize(("section", "watched"), [("cost", ["by_hand.train"]), ("learn", [])])
def test_the_training_goes_on_while_another_section_is_open(
    section: str, watched: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(sections, "watch", asked.append)
    open_page("en", section=section)
    assert asked == watched


def words(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.info, page.error, page.success)
    return "\n".join(str(each.value) for kind in kinds for each in kind)


def test_the_photo_of_a_square_is_named_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert re.search(r"Le carré de «\sUn chat\s»", words(open_page("fr", picture="grey")))
    named = Photo(load_sample("cat").rgb, "*a* $b$ $c$.png")
    monkeypatch.setattr(inputs, "_photo", lambda: named)
    assert "“\\*a\\* \\$b\\$ \\$c\\$\\.png”" in words(open_page("en", picture="grey"))


def learned(page: AppTest) -> AppTest:
    """The page once its training is over."""
    over = lambda: any("%" in str(each.value) for each in page.metric)  # noqa: E731
    wait_until(over, meanwhile=page.run, pause_s=0.1, patience_s=LONG_PATIENCE_S)
    return page


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("section", ["forward", "backward", "check", "cost"])
def test_every_section_opens_with_something_on_it(language: str, section: str) -> None:
    page = open_page(language, section=section)
    assert page.title[0].value == {"en": "CNN by hand", "fr": "Un CNN à la main"}[language]
    assert not page.error
    assert not page.warning
    assert len(words(page)) > 300


@pytest.mark.parametrize("picture", ["lecture", "golden", "typed", "drawn", "grey", "colour"])
def test_every_picture(picture: str) -> None:
    page = open_page("fr", picture=picture)
    assert not page.error
    assert "vraie convolution" in words(page)


def test_what_the_lectures_picture_loses() -> None:
    page = open_page("en")
    assert "of 3 × 3 it drops rows: 1, columns: 1" in words(page)
    assert "would be 6 instead of −6" in words(page)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"picture": "typed", "matrix": "1,2;3"}, "Row 2 is of length 1"),
        ({"picture": "typed", "matrix": "1,x"}, "“x” in row 1, place 2 is not a number"),
        ({"picture": "typed", "matrix": "1,nan"}, "is not finite"),
        ({"picture": "typed", "matrix": ";".join([",".join("1" * 40)] * 40)}, "more than the limit of 1,200"),
        ({"kernels": ["typed"], "kernel": "1/1"}, "layers for 2 channels and the picture has 1"),
    ],
)
def test_one_sentence_for_what_cannot_be(settings: dict[str, str | list[str]], said: str) -> None:
    page = open_page("en", **settings)
    [error] = page.error
    assert said in error.value


def test_impossible_settings_are_not_offered() -> None:
    """A 1 x 1 picture under a 3 x 3 kernel: the padding begins where the kernel fits."""
    page = open_page("en", picture="typed", matrix="5", padding="0", dilation="8")
    assert not page.error
    assert page.number_input(key="by_hand.padding.widget").min == 1
    assert page.number_input(key="by_hand.dilation.widget").max == 1


def test_typing_reaches_the_address() -> None:
    page = open_page("en", picture="typed")
    page.text_area(key="by_hand.matrix.widget").set_value("1, 2, 3\n4, 5, 6\n7, 8, 9").run()
    assert page.query_params["by_hand.matrix"] in ("1, 2, 3;4, 5, 6;7, 8, 9", ["1, 2, 3;4, 5, 6;7, 8, 9"])
    assert not page.error


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("1,0,-1;\n2,0,-2; \n1,0,-1;", "1,0,-1;2,0,-2;1,0,-1"), ("1,0;0,1;\n\n2,2;\n3,3", "1,0;0,1/2,2;3,3")],
)
def test_a_row_may_end_in_a_semicolon(typed: str, kept: str) -> None:
    page = open_page("en", picture="typed")
    page.text_area(key="by_hand.matrix.widget").set_value(typed).run()
    assert page.query_params["by_hand.matrix"] in (kept, [kept])


@pytest.mark.parametrize("mistake", ["none", "pool_route", "float32"])
def test_every_mistake_says_what_broke(mistake: str) -> None:
    page = open_page("en", section="check", **{"break": mistake})
    assert bool(page.success) == (mistake == "none")
    assert bool(page.error) == (mistake != "none")
    if mistake != "none":
        assert WHAT_BROKE[mistake] in page.error[0].value


def test_the_tables_are_complete() -> None:
    assert set(MISTAKES) == set(MISTAKE_TITLES) == {*WHAT_BROKE, "none"}
    assert set(NETWORKS) == set(NETWORK_TITLES)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_digits_are_learned_without_a_click(language: str) -> None:
    page = learned(open_page(language, section="learn", epochs="2"))
    assert not page.error
    assert float(page.metric[0].value.split("%")[0].replace(",", ".").strip()) > 70
    assert "95 %" in words(page).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    page.button(key="by_hand.train.rewind").click().run()
    assert not page.metric
    assert {"en": "Untrained", "fr": "Sans entraînement"}[language] in words(page)


def test_the_script_repeats_the_training_that_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[str, Callable[[], bytes]] = {}

    def offered(make: Callable[[], bytes], *, key: str, **_more: str) -> None:
        made[key] = make

    monkeypatch.setattr(downloads, "download_made", offered)
    page = learned(open_page("en", section="learn", epochs="2"))
    said = "What follows is from your last start"
    assert said not in words(page)
    page.number_input(key="by_hand.learning_rate.widget").set_value(0.5).run()
    page.number_input(key="by_hand.seed.widget").set_value(9).run()
    assert said in words(page)
    script = made["by_hand.train.script"]().decode()
    assert f"settings = {TrainingSettings(seed=0, epochs=2, learning_rate=0.05)!r}" in script
    page.number_input(key="by_hand.learning_rate.widget").set_value(0.05).run()
    page.number_input(key="by_hand.seed.widget").set_value(0).run()
    assert said not in words(page)


def test_a_learning_rate_that_runs_away() -> None:
    page = learned(open_page("en", section="learn", epochs="2", learning_rate="100"))
    assert any("the learning rate 100 is too high" in each.value for each in page.error)


def test_a_teacher_hides_controls() -> None:
    everything = ["sections", "picture", "kernel", "settings", "export", "teacher"]
    page = open_page("en", hide=everything, picture="golden")
    assert not page.selectbox
    assert not page.multiselect
    assert not page.number_input
    assert "would be 4 instead of 1" in words(page)
    page.button(key="by_hand.show_all").click().run()
    assert page.selectbox(key="by_hand.picture.widget").value == "golden"
    assert "by_hand.hide" not in page.query_params


def test_nothing_in_the_address_is_believed() -> None:
    page = open_page(
        "en", picture="../etc", stride="nan", padding="-5", classes="1e9", label="77", drawn="!!", hide="x"
    )
    assert not page.error
    assert page.number_input(key="by_hand.classes.widget").value == 5
    assert page.number_input(key="by_hand.label.widget").value == 4


def test_every_section_has_a_title() -> None:
    assert list(SECTIONS) == ["forward", "backward", "check", "learn", "cost"]


@pytest.mark.parametrize(("value", "said"), [(2.2e-11, "2.2×10⁻¹¹"), (0.0, "0"), (3e4, "3×10⁴"), (float("nan"), "–")])
def test_powers_of_ten(value: float, said: str) -> None:
    assert power(value).replace("\N{NO-BREAK SPACE}", "") == said
