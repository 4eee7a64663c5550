"""Can a shipped lecture be walked through in both languages, and does a broken one of one's own do no harm?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from vizcore.access import is_this_machine
from vizcore.engine import Engine
from vizcore.errors import PlanInvalid
from vizcore.figures.votes import vote_bars
from vizcore.i18n import LANGUAGES, speaking
from vizcore.samples import SAMPLES
from vizcore.ui.lecture import plans, reach
from vizcore.ui.panels.lecture import choice

APP = str(Path(__file__).parents[2] / "app.py")
LENGTHS = {"cnn_and_vit": 12, "iou_to_map": 10, "fooling": 8}


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_three_lectures_ship_in_each_language(language: str) -> None:
    found = {plan.key: plan for plan in plans.shipped(language)}
    assert {key: len(plan.steps) for key, plan in found.items()} == LENGTHS
    assert all(step.text and step.notes for plan in found.values() for step in plan.steps)


def test_both_languages_take_the_same_way() -> None:
    english, french = plans.shipped("en"), plans.shipped("fr")
    for one, other in zip(english, french, strict=True):
        assert [(step.page, step.settings) for step in one.steps] == [
            (step.page, step.settings) for step in other.steps
        ]
        asked = [[len(step.question.answers) if step.question else 0 for step in plan.steps] for plan in (one, other)]
        assert asked[0] == asked[1]


def test_every_sample_of_a_step_is_there() -> None:
    named = {
        value
        for plan in plans.shipped("en")
        for step in plan.steps
        for name, value in step.settings
        if name == "sample"
    }
    assert named <= set(SAMPLES)


def lecture_page(language: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.run()
    app.switch_page("pages/lecture.py").run()
    assert not app.exception
    return app


@pytest.mark.parametrize(("language", "begin"), [("en", "Begin"), ("fr", "Commencer")])
def test_the_page_offers_them(engine: Engine, language: str, begin: str) -> None:
    app = lecture_page(language)
    assert [button.label for button in app.button].count(begin) == 3


def test_an_unknown_lecture_in_the_address_is_one_sentence(engine: Engine) -> None:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lecture"] = "nowhere"
    app.query_params["step"] = "999"
    app.run()
    assert not app.exception
    assert app.error


def test_a_lecture_of_one_s_own_with_html_is_shown_as_text() -> None:
    plan = plans.bring(
        "---\ntitle: <b>x</b>\nlanguage: en\n---\n=== step\npage: home\n===\n<script>alert(1)</script>\n"
    )
    assert plan.key == plans.OWN
    with pytest.raises(PlanInvalid):
        plans.bring("no lecture")


def test_the_steps_of_a_lecture_of_one_s_own_are_no_links() -> None:
    """Their address would open for nobody else."""
    own = plans.bring("---\ntitle: Mine\nlanguage: en\n---\n=== step\npage: about\n===\n# First\n")
    with speaking("en"):
        assert choice._line(own, 1) == "1. About First"
        assert choice._line(replace(own, key="folder-mine"), 1).startswith("1. [About](/about?")


def test_a_folder_with_a_broken_lecture_offers_the_others(tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text("---\ntitle: G\nlanguage: en\n---\n=== step\npage: home\n===\nx\n")
    (tmp_path / "bad.md").write_text("nothing")
    assert [plan.key for plan in plans._of_folder(str(tmp_path), "en")] == ["folder-good"]
    assert plans._of_folder(str(tmp_path), "fr") == []


def test_votes_as_bars() -> None:
    assert list(vote_bars(("a", "b"), (3, 0)).data[0].x) == [3, 0]
    assert len(vote_bars((), ()).data[0].x) == 0


def test_a_code_that_cameras_read() -> None:
    assert "<svg" in reach.qr_svg("http://192.0.2.7:8501/vote/ABCDE")


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("[::1]", True),
        ("192.168.1.5", False),
        ("host.example.org", False),
        ("", False),
    ],
)
def test_addresses_that_only_this_machine_knows(host: str, here: bool) -> None:
    assert is_this_machine(host) is here
