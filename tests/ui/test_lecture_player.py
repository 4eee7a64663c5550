"""Does a lecture walk from step to step, ask before it shows, and forget itself at its end?"""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from vizcore.engine import Engine
from vizcore.presenting.plan import parse_plan
from vizcore.ui.lecture import plans, player, rehearsal
from vizcore.ui.server.lecture_rooms import ROOMS

APP = str(Path(__file__).parents[2] / "app.py")
TEXT = """---
title: Short
language: en
---
Opening.

=== step
page: about
===
# First
Words.

=== step
page: about
question: "Which?"
answers: [This, That]
===
# Second

??? notes
For the speaker.
"""


@pytest.fixture
def plan(monkeypatch: pytest.MonkeyPatch) -> None:
    short = parse_plan(TEXT, "short", pages={"about"}, languages={"en"})
    monkeypatch.setattr(plans, "shipped", lambda language: [short])


def at_step(number: int, *, room: bool = True) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = "en"
    app.run()
    if room:
        app.session_state[player.ROOM] = ROOMS.open_room("short", "en")
    app.query_params["lecture"] = "short"
    app.query_params["step"] = str(number)
    app.switch_page("pages/about.py").run()
    assert not app.exception
    return app


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_a_step_shows_its_words_its_page_and_the_way_on(engine: Engine, plan: None) -> None:
    app = at_step(1)
    assert any("step 1 of 2" in each.value for each in app.markdown)
    assert [each.value for each in app.title] == ["About"]
    assert {"Back", "Next", "This step again", "End"} <= set(labels(app))
    assert next(button for button in app.button if button.label == "Back").disabled


def test_a_question_stands_before_its_page_and_after_it_the_votes(engine: Engine, plan: None) -> None:
    app = at_step(2)
    assert not app.title
    assert app.subheader[0].value == "Which?"
    app.number_input[1].set_value(4).run()
    room = app.session_state[player.ROOM]
    assert ROOMS.tally(room.code).total == (0, 4)
    next(button for button in app.button if button.label == "Show the result").click().run()
    assert [each.value for each in app.title] == ["About"]
    assert not ROOMS.tally(room.code).open
    assert any("What the class expected" in each.label for each in app.expander)


def pressed(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def test_this_step_again_takes_votes_again(engine: Engine, plan: None) -> None:
    app = at_step(2)
    code = app.session_state[player.ROOM].code
    ROOMS.vote(code, "a", 0)
    pressed(app, "Show the result")
    assert not ROOMS.tally(code).open
    pressed(app, "This step again")
    assert app.subheader[0].value == "Which?"
    assert ROOMS.tally(code).open
    assert ROOMS.tally(code).answers == (1, 0)


@pytest.mark.parametrize("revealed", [True, False])
def test_a_question_is_asked_again_on_a_return_unless_its_result_was_shown(
    engine: Engine, plan: None, revealed: bool
) -> None:
    app = at_step(2)
    code = app.session_state[player.ROOM].code
    if revealed:
        pressed(app, "Show the result")
    pressed(app, "Back")
    assert not ROOMS.tally(code).open
    pressed(app, "Next")
    assert bool(app.subheader) is not revealed
    assert ROOMS.tally(code).open is not revealed


def test_without_a_room_a_question_can_still_be_revealed(engine: Engine, plan: None) -> None:
    app = at_step(2, room=False)
    assert not app.number_input
    next(button for button in app.button if button.label == "Show the result").click().run()
    assert [each.value for each in app.title] == ["About"]


def test_a_room_that_ended_meanwhile_stops_nothing(engine: Engine, plan: None) -> None:
    app = at_step(2)
    ROOMS.close_room(app.session_state[player.ROOM].code)
    app.run()
    assert not app.exception
    next(button for button in app.button if button.label == "Show the result").click().run()
    assert [each.value for each in app.title] == ["About"]


def test_a_step_number_beyond_the_last_is_the_last(engine: Engine, plan: None) -> None:
    assert any("step 2 of 2" in each.value for each in at_step(99).markdown)


def test_a_lecture_of_one_s_own_is_seen_by_its_speaker_alone(engine: Engine, plan: None) -> None:
    """While it is rehearsed it has no room: another visitor's address must not reach it."""
    own = parse_plan(TEXT, plans.OWN, pages={"about"}, languages={"en"})
    speaker = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    speaker.query_params["lang"] = "en"
    speaker.run()
    speaker.session_state[rehearsal.KEY] = rehearsal.Rehearsal(own)
    stranger = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    stranger.query_params["lang"] = "en"
    stranger.run()
    for app, seen in ((speaker, True), (stranger, False)):
        app.query_params["lecture"], app.query_params["step"] = plans.OWN, "1"
        app.switch_page("pages/about.py").run()
        assert not app.exception
        assert any("Rehearsal: step 1 of 2" in each.value for each in app.markdown) is seen


def test_settings_of_a_page_are_forgotten_on_the_way_to_a_step() -> None:
    import streamlit as st

    from vizcore.ui import url_state

    st.session_state[url_state.CHOSEN] = {"about.x": ["1"], "lang": ["en"]}
    st.session_state["about.widget"] = 1
    url_state.forget_page("about")
    assert st.session_state[url_state.CHOSEN] == {"lang": ["en"]}
    assert "about.widget" not in st.session_state
