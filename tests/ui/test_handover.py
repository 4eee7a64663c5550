"""Do pictures and settings reach the next session of the same browser, and nobody else, and does deleting delete?"""

from __future__ import annotations

import gc
import io
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from vizcore.engine import Engine
from vizcore.errors import TooManyVisits
from vizcore.settings import Settings
from vizcore.ui import handover, owner, pixel_budget, session, session_models, url_state, visit_limits
from vizcore.ui.lecture import plans, player
from vizcore.ui.report import drafts
from vizcore.ui.server.lecture_rooms import ROOMS
from vizcore.ui.session import Visit
from vizcore.ui.session_models import VisitModels
from vizcore.ui.tray.strip import Picked
from vizcore.ui.visitor.cookie import Owner
from vizcore.ui.visitor.known_browsers import KnownBrowsers
from vizcore.ui.visitor.left_visits import LEFT
from vizcore.zoo import session_cards
from vizcore.zoo.catalogue import card
from vizcore.zoo.session_cards import SessionModel

APP = str(Path(__file__).parents[2] / "app.py")


def png(colour: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.full((40, 40, 3), colour, np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


class Browsers:
    """Opens sessions of a browser as a page load does, and closes them as a lost socket does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch, self._opened = monkeypatch, 0

    def sit_at(self, browser: str, session_name: str) -> None:
        self._patch.setattr(owner, "owner_now", lambda: Owner(browser))
        self._patch.setattr(handover, "owner_now", lambda: Owner(browser))
        self._patch.setattr(session, "session_id", lambda: session_name)

    def load(self, browser: str, **query: Any) -> AppTest:
        self._opened += 1
        self.sit_at(browser, f"{browser} {self._opened} {id(self)}")
        app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()

    def visit(self) -> Visit:
        """Of the session that was loaded last."""
        return session._open[session.session_id()]

    def close(self) -> None:
        """Its socket."""
        self.visit().leave()


@pytest.fixture
def browsers(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Browsers:
    return Browsers(monkeypatch)


def upload(app: AppTest, name: str, data: bytes) -> AppTest:
    app.file_uploader[0].set_value([(name, data, "image/png")])
    return app.run()


def names(app: AppTest) -> list[str]:
    return [entry.photo.name for entry in app.session_state["tray"].entries.values()]


@pytest.mark.parametrize(("language", "sentence"), [("en", "been started again"), ("fr", "a été relancé")])
def test_who_was_here_before_a_restart_is_told_once(
    browsers: Browsers, monkeypatch: pytest.MonkeyPatch, language: str, sentence: str
) -> None:
    known = KnownBrowsers()
    monkeypatch.setattr(handover, "KNOWN", known)
    monkeypatch.setattr(handover, "has_cookie", lambda: True)
    first = browsers.load(f"old {language}", lang=language)
    assert [sentence in each.value for each in first.toast] == [True]
    assert not first.run().toast
    assert not browsers.load(f"old {language}", lang=language).toast
    known.meet("new")
    assert not browsers.load("new", lang=language).toast
    monkeypatch.setattr(handover, "has_cookie", lambda: False)
    assert not browsers.load("without", lang=language).toast


def test_the_oldest_browsers_are_forgotten_first() -> None:
    known = KnownBrowsers(2)
    assert [known.meet(each) for each in ("a", "b", "a", "c", "a", "b")] == [False, False, True, False, True, False]


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "2 pictures and your settings"), ("fr", "2 images et vos réglages")]
)
def test_a_reload_brings_back_pictures_and_settings(browsers: Browsers, language: str, sentence: str) -> None:
    first = upload(browsers.load(f"ann {language}", lang=language, sample="cat"), "own.png", png(1))
    first.session_state[url_state.CHOSEN]["features.layer"] = ["deep"]
    first.run()
    browsers.close()
    second = browsers.load(f"ann {language}")
    assert names(second) == ["cat", "own.png"]
    assert second.session_state[url_state.CHOSEN]["features.layer"] == ["deep"]
    assert sentence in second.toast[0].value
    (own,) = browsers.visit().own_photos
    assert second.session_state["tray"].entries[own].photo.name == "own.png"
    assert not second.run().toast
    assert not second.exception


def brought(name: str, parameters_m: float = 1.0) -> SessionModel:
    its_card = replace(card("cnn-mini"), key=name, parameters_m=parameters_m)
    return SessionModel(its_card, ("a", "b"), name, "own", {}, object())


def test_models_of_the_visit_come_back_with_it(browsers: Browsers, monkeypatch: pytest.MonkeyPatch) -> None:
    first = browsers.load("gus")
    old, new = brought("own-old", 60), brought("own-new")
    held = VisitModels([brought("own-large", 60), old, new], [brought("own-tried")])
    first.session_state[session_models.KEY] = held
    first.run()
    session_models._forget_at_leave(browsers.visit(), held)
    browsers.close()
    assert session_cards.find("own-new") is None
    second = browsers.load("gus")
    back = second.session_state[session_models.KEY]
    assert [each.card.key for each in back.models] == ["own-new"], "240 MB are more than is kept"
    assert back.models[0] is new
    with monkeypatch.context() as patch:
        patch.setattr("streamlit.session_state", {session_models.KEY: back})
        patch.setattr(session_models, "visit", browsers.visit)
        assert [each.key for each in session_models.session_cards_of_visit()] == ["own-new"]
    assert session_cards.find("own-new") is new
    assert session_models.KEY not in browsers.load("hal").session_state
    session_cards.forget("own-new")


LECTURE = """---
title: Mine
language: en
---
=== step
page: about
question: "Which?"
answers: [This, That]
===
# First
"""


def test_a_reload_in_a_lecture_of_one_s_own_keeps_its_room_and_what_was_shown(browsers: Browsers) -> None:
    first = browsers.load("ivy", lang="en")
    room = ROOMS.open_room(plans.OWN, "en")
    plans.keep(room.code, plans.bring(LECTURE))
    first.session_state[player.ROOM] = room
    at = {"lecture": plans.OWN, "step": "1"}
    for name, value in at.items():
        first.query_params[name] = value
    first.switch_page("pages/about.py").run()
    ROOMS.vote(room.code, "phone", 1)
    next(button for button in first.button if button.label == "Show the result").click().run()
    first.session_state[drafts.KEY].lecture.shown[1] = "as it was seen"
    token = first.session_state[drafts.KEY].token
    browsers.close()
    second = browsers.load("ivy", lang="en", **at)
    second.switch_page("pages/about.py").run()
    assert not second.exception
    assert not second.error
    assert second.session_state[player.ROOM] is room
    assert [each.value for each in second.title] == ["About"], "the result stays shown"
    assert any("step 1 of 1" in each.value for each in second.markdown)
    assert ROOMS.tally(room.code).answers == (0, 1)
    draft = second.session_state[drafts.KEY]
    assert (draft.lecture.code, draft.lecture.shown) == (room.code, {1: "as it was seen"})
    assert draft.token != token
    stranger = browsers.load("jack", lang="en", **at)
    assert player.ROOM not in stranger.session_state
    assert stranger.error


def test_what_is_left_does_not_replace_a_lecture_that_has_begun(
    browsers: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover, "GRACE_S", 1e6)
    old, new = (ROOMS.open_room("short", "en") for _time in range(2))
    browsers.load("kim").session_state[player.ROOM] = old
    left = browsers.visit()
    left.belongings[player.ROOM] = old
    late = browsers.load("kim")
    late.session_state[player.ROOM] = new
    left.leave()
    assert late.run().session_state[player.ROOM].code == new.code


def test_other_browsers_get_nothing(browsers: Browsers) -> None:
    upload(browsers.load("bob"), "his.png", png(2))
    browsers.close()
    assert names(browsers.load("eve")) == []
    assert names(browsers.load("bob")) == ["his.png"]


def test_a_second_tab_is_a_visit_of_its_own(browsers: Browsers) -> None:
    upload(browsers.load("carl"), "first.png", png(3))
    assert names(browsers.load("carl")) == []


def test_a_reload_whose_old_socket_closes_late(browsers: Browsers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handover, "GRACE_S", 1e6)  # however busy this machine is
    upload(browsers.load("dora"), "hers.png", png(4))
    old = browsers.visit()
    late = browsers.load("dora")
    assert names(late) == []
    old.leave()
    assert names(late.run()) == ["hers.png"]


def test_delete_all_leaves_nothing_here_and_nothing_for_later(browsers: Browsers, engine: Engine) -> None:
    gc.collect()
    before = pixel_budget._budget.pixels
    upload(browsers.load("finn"), "earlier.png", png(5))
    browsers.close()
    app = browsers.load("finn")
    upload(app, "now.png", png(6))
    app.session_state["similarity.own"] = SimpleNamespace(gallery="pictures")
    app.session_state["detection.slider"] = 3
    app.button(key="tray.clear").click().run()
    assert not app.exception
    assert names(app) == []
    assert "similarity.own" not in app.session_state
    assert app.session_state["detection.slider"] == 3
    assert LEFT.take(Owner("finn"), "", any_session=True) is None
    browsers.close()
    assert names(browsers.load("finn")) == []
    del app
    gc.collect()
    assert pixel_budget._budget.pixels <= before


def test_copies_have_containers_of_their_own() -> None:
    picked = Picked(["cat"], {"cat"}, True)
    copy = handover.copied(picked)
    copy.order.append("dog")
    assert picked.order == ["cat"]
    assert handover.is_carried("strip.features", picked)
    assert not handover.is_carried("features.slider", 3)
    assert not handover.is_carried("strip.features.widget", ["cat"])


def opened(*owners: Owner) -> list[Visit]:
    return [Visit(f"s{number}", owner=each, let_in=True) for number, each in enumerate(owners)]


@pytest.mark.parametrize(
    ("earlier", "me", "reason"),
    [
        ([], Owner("a"), None),
        ([Owner("a")], Owner("a"), None),
        ([Owner("a"), Owner("a")], Owner("a"), "own"),
        ([Owner("a"), Owner("b")], Owner("a"), None),
        ([Owner("a"), Owner("b"), Owner("c")], Owner("d"), "all"),
        ([Owner("a", "ann"), Owner("b", "ann")], Owner("c", "ann"), "own"),
        ([Owner("a", "ann"), Owner("a", "bob")], Owner("a", "carl"), None),
    ],
)
def test_tabs_of_one_visitor_and_visits_of_all(
    monkeypatch: pytest.MonkeyPatch, earlier: list[Owner], me: Owner, reason: str | None
) -> None:
    mine = Visit("me", owner=me)
    monkeypatch.setattr(session, "_open", {each.session: each for each in [*opened(*earlier), mine, Visit("later")]})
    monkeypatch.setattr(visit_limits, "visit", lambda: mine)
    monkeypatch.setattr(visit_limits, "current", lambda: Settings(hosted=True, visits_limit=3, visits_each=2))
    refused = visit_limits.refusal()
    assert (refused is not None) == (reason is not None)
    if refused:
        assert isinstance(refused.error, TooManyVisits)
        assert refused.error.values["reason"] == reason
    assert mine.let_in == (reason is None)
    monkeypatch.setattr(visit_limits, "current", lambda: Settings(visits_limit=1, visits_each=1))
    assert visit_limits.refusal() is None  # a laptop counts nobody


def test_who_waits_takes_nobody_s_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visit_limits, "current", lambda: Settings(hosted=True, visits_limit=5, visits_each=3))
    monkeypatch.setattr(session, "_open", {})

    def reason(name: str, owner: Owner) -> Any:
        mine = session._open.setdefault(name, Visit(name, owner=owner))
        monkeypatch.setattr(visit_limits, "visit", lambda: mine)
        refused = visit_limits.refusal()
        return refused.error.values["reason"] if refused and refused.error else None

    greedy, other = Owner("b1", "ann"), Owner("b2", "bob")
    assert [reason(f"s{number}", greedy) for number in range(10)] == [None] * 3 + ["own"] * 7
    assert [reason(f"t{number}", other) for number in range(3)] == [None, None, "all"]
    assert reason("s0", greedy) is None, "who is in stays in"
    del session._open["s0"]
    assert reason("t2", other) is None, "the place is taken by who asks first"
    assert reason("s3", greedy) == "all"
