"""Does a browser get back what it shows as one file, bounded and with nothing executed?"""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.patience import LONG_PATIENCE_S
from tests.time_bounds import within
from tests.ui.server.own_loop import completed
from vizcore.pictures import encode_jpeg, shrunk
from vizcore.presenting.plan import Plan, Question, Step
from vizcore.results import Provenance
from vizcore.samples import SAMPLES, load_sample
from vizcore.ui.page_record import PageRecord
from vizcore.ui.report import drafts
from vizcore.ui.report.drafts import Draft, Lecture
from vizcore.ui.server import report_page
from vizcore.ui.server.lecture_rooms import ROOMS
from vizcore.ui.server.routes import routes

APP = TestClient(Starlette(routes=routes()))
EVIL = "<script>alert(1)</script>"
RUN = Provenance("classify", "cnn-mini", "ab" * 32, "mini-160", ("cd" * 32,), {"top": 5}, 11, "cpu", "float32")
STEPS = (Step("features", question=Question(f"Which? {EVIL}", ("This", "That"))), Step("features"))


@pytest.fixture
def held() -> Iterator[Draft]:
    made = Draft("token", "fr", "features", "Caractéristiques", PageRecord())
    made.record.add(RUN)
    drafts._drafts[made.token] = made
    yield made
    del drafts._drafts[made.token]


def told(*blocks: dict[str, Any], search: str = "") -> bytes:
    return json.dumps({"blocks": list(blocks), "search": search}).encode()


def asked(form: str, body: bytes = b"{}", *, step: int = 0, token: str = "token") -> Any:
    return APP.post(f"/vizcore/report/{token}?form={form}&step={step}", content=body)


def photos(count: int) -> list[dict[str, Any]]:
    """Real photos at the size at which a browser tells them."""
    keys = [key for key in SAMPLES if load_sample(key).width > 300]
    urls = ["data:image/jpeg;base64," + base64.b64encode(_jpeg(key)).decode() for key in keys[:6]]
    return [{"kind": "picture", "src": urls[n % len(urls)], "alt": "a photo"} for n in range(count)]


def _jpeg(key: str) -> bytes:
    return encode_jpeg(shrunk(load_sample(key).rgb, 1000), 92)


def test_a_page_becomes_one_file_without_scripts(held: Draft) -> None:
    answer = asked(
        "page", told({"kind": "text", "pieces": [EVIL]}, *photos(1), search="?features.section=maps&lang=fr")
    )
    page = answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="report-features.html"'
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "default-src &#x27;none&#x27;" in page
    assert not re.findall(r'(?:src|href)="(?!data:|#)', page)
    for fact in ("features.section = maps", "ab" * 32, "mini-160", "<td>11</td>", "Caractéristiques", "vizcore 0.1.0"):
        assert fact in page
    assert "lang = fr" not in page


def test_twelve_pictures_stay_within_3_mb_and_3_s(held: Draft) -> None:
    body = told(*photos(12))
    with within(3):
        answer = asked("page", body)
    assert answer.text.count("<img") == 12
    assert len(answer.content) <= 3_000_000


def test_sixty_pictures_are_bounded_with_one_sentence(held: Draft) -> None:
    small = {**photos(1)[0]}
    page = asked("page", told(*[small] * 60)).text
    assert page.count("<img") == 48
    assert page.count("12 autres images") == 1


def test_a_lecture_gathers_its_steps_and_votes(held: Draft) -> None:
    room = ROOMS.open_room("short", "fr")
    held.lecture = Lecture(Plan("short", f"Court {EVIL}", "fr", "", STEPS), room.code)
    ROOMS.show_step(room.code, 1, STEPS[0].question)
    ROOMS.vote(room.code, "phone", 1)
    try:
        for step, words in ((1, "first look"), (1, "second look"), (2, "the end")):
            held.step = step
            assert asked("keep", told({"kind": "text", "pieces": [words]}), step=step).status_code == 204
        page = asked("lecture").text
    finally:
        ROOMS.close_room(room.code)
    assert "first look" not in page  # the last look at a step counts
    assert page.index("second look") < page.index("the end")
    assert page.count("<section") == 2
    assert "<script" not in page
    assert re.search(r"1 \(100\s%\)", page)
    found = json.loads(asked("lecture-json").content)
    assert [each["page"] for each in found["sections"]] == ["features", "features"]


def test_a_late_look_at_another_step_is_not_kept(held: Draft) -> None:
    held.lecture = Lecture(Plan("short", "Court", "fr", "", STEPS))
    held.step = 2
    asked("keep", told({"kind": "text", "pieces": ["late"]}), step=1)
    assert held.lecture.shown == {}


@pytest.mark.parametrize(
    ("form", "body", "token", "status", "words"),
    [
        ("page", b"{}", "unknown", 404, ("reload", "recharge")),
        ("page", b"no json", "token", 422, ("recharge",)),
        ("page", b'{"blocks": 3}', "token", 422, ("recharge",)),
        ("lecture", b"", "token", 422, ("étapes",)),
    ],
    ids=["session over", "no json", "another message", "nothing shown"],
)
def test_what_cannot_be_made_is_said_in_one_sentence(
    held: Draft, form: str, body: bytes, token: str, status: int, words: tuple[str, ...]
) -> None:
    answer = asked(form, body, token=token)
    assert answer.status_code == status
    assert any(word in answer.text for word in words)
    assert "\n" not in answer.text


def test_a_session_s_draft_ends_with_it() -> None:
    made = Draft("short-lived")
    drafts._drafts[made.token] = made
    assert drafts.draft_of("short-lived") is made
    del made
    assert asked("page", token="short-lived").status_code == 404


def test_a_browser_that_sends_slowly_is_refused_and_keeps_only_its_own_turn(
    held: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many slow requests of one session leave every place but one to the others."""
    monkeypatch.setattr(report_page, "BODY_S", 0.5)
    statuses: list[int] = []

    async def ask(token: str, slow: bool) -> None:
        async def receive() -> dict[str, Any]:
            if slow:
                await asyncio.sleep(LONG_PATIENCE_S)
            return {"type": "http.request", "body": told(), "more_body": False}

        async def send(message: Any) -> None:
            statuses.extend([message["status"]] if message["type"] == "http.response.start" else [])

        path = f"/vizcore/report/{token}"
        await Starlette(routes=routes())(
            {"type": "http", "method": "POST", "path": path, "query_string": b"form=page", "headers": []}, receive, send
        )

    async def all_of_them() -> None:
        slow = [asyncio.create_task(ask(held.token, slow=True)) for _ in range(20)]
        await asyncio.sleep(0)
        await ask(other.token, slow=False)
        assert 200 in statuses
        assert sum(not each.done() for each in slow) >= 10  # one after the other, half a second each
        await slow[0]
        for each in slow[1:]:
            each.cancel()
        await asyncio.gather(*slow[1:], return_exceptions=True)

    other = drafts._drafts["other"] = Draft("other", "en", "features", "Features", held.record)
    completed(all_of_them())
    assert statuses.count(200) == 1
    assert 422 in statuses
