"""Do phones vote without a session of the app, one vote each, with nothing executed and nothing heavy sent?"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.time_bounds import held_to
from vizcore.presenting import marks
from vizcore.presenting.plan import Question
from vizcore.presenting.rooms import Room
from vizcore.ui.server.lecture_rooms import ROOMS
from vizcore.ui.server.routes import routes
from vizcore.ui.server.vote_page import COOKIE

APP = Starlette(routes=routes())
EVIL = Question("<script>alert(1)</script>", ("<b>bold</b>", "Right"))


@pytest.fixture
def room() -> Iterator[Room]:
    opened = ROOMS.open_room("fooling", "fr")
    ROOMS.show_step(opened.code, 2, EVIL)
    yield opened
    ROOMS.close_room(opened.code)


def test_a_phone_votes_and_changes_its_mind(room: Room) -> None:
    phone = TestClient(APP)
    page = phone.get(f"/vote/{room.code}")
    assert page.status_code == 200
    assert len(page.content) <= 20_000
    for answer in ("0", "1"):
        said = phone.post(f"/vote/{room.code}", data={"answer": answer})
        assert "Compté" in said.text
    assert ROOMS.tally(room.code).answers == (0, 1)


def test_an_answer_belongs_to_the_question_that_the_phone_shows(room: Room) -> None:
    """Nothing is said to be counted that is not, and an old page's answer counts for nothing."""
    voted, late = TestClient(APP), TestClient(APP)
    page = f"/vote/{room.code}"
    assert 'name="step" value="2"' in voted.get(page).text
    assert 'http-equiv="refresh"' in late.get(page).text
    voted.post(page, data={"answer": "1", "step": "2"})
    ROOMS.show_step(room.code, 5, Question("Next?", ("Yes", "No")))
    again = voted.get(page).text
    assert "Next?" in again
    assert 'value="1" aria-pressed="true"' not in again
    assert "Compté" not in again
    assert late.post(page, data={"answer": "0", "step": "2"}).status_code == 409
    assert ROOMS.tally(room.code).answers == (0, 0)
    ROOMS.show_step(room.code, 2, EVIL)
    assert "<strong>Right</strong>" in voted.get(page).text


def test_what_a_lecture_says_is_text(room: Room) -> None:
    text = TestClient(APP).get(f"/vote/{room.code}").text
    assert "<script>" not in text
    assert "<b>" not in text
    assert "&lt;script&gt;" in text


def test_a_phone_without_a_mark_is_sent_to_the_page_first(room: Room) -> None:
    answer = TestClient(APP).post(f"/vote/{room.code}", data={"answer": "0"}, follow_redirects=False)
    assert answer.status_code == 303
    assert ROOMS.tally(room.code).answers == (0, 0)


def test_a_made_up_mark_counts_nothing(room: Room) -> None:
    for number in range(5):
        phone = TestClient(APP, cookies={COOKIE: f"phone{number}"})
        assert phone.post(f"/vote/{room.code}", data={"answer": "0"}, follow_redirects=False).status_code == 303
    assert ROOMS.tally(room.code).answers == (0, 0)


def test_one_who_throws_marks_away_is_told_to_wait(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "AT_FIRST", 3)
    monkeypatch.setattr(marks, "A_SECOND", 0.0)
    known = TestClient(APP)
    seen = [known.get(f"/vote/{room.code}").status_code]
    seen += [TestClient(APP).get(f"/vote/{room.code}").status_code for _again in range(3)]
    assert seen == [200, 200, 200, 429]
    late = TestClient(APP).get(f"/vote/{room.code}")
    assert "téléphones" in late.text
    assert 'http-equiv="refresh"' in late.text
    assert "set-cookie" not in late.headers
    assert known.get(f"/vote/{room.code}").status_code == 200, "who has a mark is not kept waiting"


@pytest.mark.parametrize(
    "body", ["", "answer=", "answer=9", "answer=-1", "answer=x", "answer=²", "answer=" + "1" * 5000]
)
def test_a_vote_that_is_none(room: Room, body: str) -> None:
    phone = TestClient(APP)
    phone.get(f"/vote/{room.code}")
    assert phone.post(f"/vote/{room.code}", content=body).status_code == 409
    assert ROOMS.tally(room.code).answers == (0, 0)


def test_a_closed_vote_says_so(room: Room) -> None:
    phone = TestClient(APP)
    phone.get(f"/vote/{room.code}")
    ROOMS.close_vote(room.code)
    answer = phone.post(f"/vote/{room.code}", data={"answer": "0"})
    assert answer.status_code == 409
    assert "vote" in answer.text


@pytest.mark.parametrize(("language", "said"), [("fr", "le vote est clos"), ("en", "the vote is closed")])
def test_a_closed_vote_shows_the_own_answer_and_no_buttons(language: str, said: str) -> None:
    room = ROOMS.open_room("fooling", language)
    ROOMS.show_step(room.code, 2, EVIL)
    phone = TestClient(APP)
    phone.get(f"/vote/{room.code}")
    phone.post(f"/vote/{room.code}", data={"answer": "1"})
    ROOMS.close_vote(room.code)
    page = phone.get(f"/vote/{room.code}").text
    assert "<strong>Right</strong>" in page
    assert said in page
    assert "<button" not in page
    ROOMS.open_vote(room.code)
    assert 'value="1" aria-pressed="true"' in phone.get(f"/vote/{room.code}").text
    ROOMS.close_room(room.code)


def test_no_such_lecture() -> None:
    answer = TestClient(APP).get("/vote/ZZZZZ", headers={"accept-language": "fr-FR,fr;q=0.9"})
    assert answer.status_code == 404
    assert "ZZZZZ" in answer.text


def spent_s(app: Starlette, path: str, voters: int) -> float:
    """Processor time of so many phones, each with its page and its vote."""
    before = time.process_time()
    for n in range(voters):
        phone = TestClient(app)
        phone.get(path)
        phone.post(path, data={"answer": str(n % 2)}, follow_redirects=False)
    return time.process_time() - before


def test_two_hundred_voters_cost_little(room: Room) -> None:
    """At most 5 ms of CPU a vote, page and answer, beyond what the client itself takes of a route that does nothing.

    The best of four tries: a busy machine only ever makes it look heavier.
    """

    async def nothing(request: Request) -> Response:
        return PlainTextResponse("")

    bare = Starlette(routes=[Route("/bare", nothing, methods=["GET", "POST"])])
    each_ms = [1000 * (spent_s(APP, f"/vote/{room.code}", 50) - spent_s(bare, "/bare", 50)) / 50 for _ in range(4)]
    assert ROOMS.tally(room.code).answers == (100, 100)
    held_to(0.005, min(each_ms) / 1000, each_ms)


def test_the_speaker_s_window_needs_the_secret(room: Room) -> None:
    client = TestClient(APP)
    assert client.get(f"/speaker/{room.code}").status_code == 403
    assert client.get(f"/speaker/{room.code}?secret={room.code}").status_code == 403
    page = client.get(f"/speaker/{room.code}", params={"secret": room.secret})
    assert page.status_code == 200
    assert "Révélez après le vote" in page.text
