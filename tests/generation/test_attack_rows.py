"""Is an attack one row: do the page's choice, its working and the command line read it from the table?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from tests.cli.invocation import invoke
from tests.tiny_models import noise_photo, tiny_cnn
from vizcore.generation.attacks.run import attack
from vizcore.generation.attacks.settings import AttackSettings
from vizcore.generation.attacks.table import ATTACKS


@pytest.fixture
def one_more(monkeypatch: pytest.MonkeyPatch) -> str:
    row = replace(ATTACKS["fgsm"], title="Twin", words="The same again.", formula=r"x = \\mathit{twin}")
    monkeypatch.setitem(ATTACKS, "twin", replace(row, suggested=AttackSettings("twin")))
    return "twin"


def test_every_row_has_its_words() -> None:
    for key, row in ATTACKS.items():
        assert row.suggested.attack == key
        assert row.title
        assert row.words.endswith(".")
        assert row.formula.count("{") == row.formula.count("}") > 0
        assert row.formula.count(r"\begin") == row.formula.count(r"\end")


def test_a_row_is_on_the_command_line(one_more: str) -> None:
    answer = invoke("attack", "sample:cat", "--attack", one_more, "--json")
    assert answer.status == 0
    assert (answer.lines[0]["attack"], answer.lines[0]["steps"]) == ("twin", 1)


def _choice() -> None:
    from vizcore.ui.panels.adversarial.attack_choice import choose_attack

    choose_attack()


def _working(found: object, settings: object) -> None:
    from types import SimpleNamespace

    from vizcore.ui.panels.adversarial.before_after import _latex

    _latex(SimpleNamespace(found=found, settings=settings))  # type: ignore[arg-type]


def test_a_row_can_be_chosen_and_shows_its_formula(one_more: str) -> None:
    page = AppTest.from_function(_choice)
    page.query_params["adversarial.attack"] = one_more
    assert "The same again." in [each.value for each in page.run().caption]
    settings = ATTACKS[one_more].suggested
    *_, last = attack(tiny_cnn(), noise_photo(), settings)
    page = AppTest.from_function(_working, kwargs={"found": last.result, "settings": settings}).run()
    assert not page.exception
    assert "twin" in page.latex[0].value
    assert page.latex[1].value.strip("$\n") == r"\varepsilon = 8/255"
