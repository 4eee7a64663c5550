"""Files that a browser sends unasked: refused where those that lie here leave no room."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.ui.server.own_loop import completed
from vizcore.settings import Settings
from vizcore.ui import session
from vizcore.ui.server import upload_limit
from vizcore.ui.server.upload_limit import UPLOADS, UploadLimit, held_bytes, may_upload


async def taken(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


def client(held: Callable[[str], tuple[int, int]]) -> TestClient:
    routes = [Route("/{rest:path}", taken, methods=["PUT", "GET"])]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(UploadLimit, held=held)]))


@pytest.mark.parametrize(
    ("own", "everybodys", "status"),
    [(0, 0, 200), (400_000, 400_000, 200), (499_950, 499_950, 507), (0, 999_950, 507), (0, 900_000, 200)],
)
def test_room_for_one_and_for_everybody(
    own: int, everybodys: int, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_limit, "current", lambda: Settings(uploads_limit_mb=1))
    asked: list[str] = []

    def held(session: str) -> tuple[int, int]:
        asked.append(session)
        return own, everybodys

    browser = client(held)
    assert browser.put(f"{UPLOADS}s1/f1", content=b"x" * 100).status_code == status
    assert set(asked) == {"s1"}
    assert browser.put("/elsewhere", content=b"x" * 100).status_code == 200
    assert browser.get(f"{UPLOADS}s1/f1").status_code == 200


def test_without_a_server_nothing_lies_here() -> None:
    assert held_bytes("s") == (0, 0)


def test_an_upload_without_a_length_is_counted_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_limit, "current", lambda: Settings(uploads_limit_mb=1))
    browser = client(lambda session: (0, 0))
    piece = b"x" * 200_000
    assert browser.put(f"{UPLOADS}s1/f1", content=iter([piece] * 2)).status_code == 200
    assert browser.put(f"{UPLOADS}s1/f1", content=iter([piece] * 3)).status_code == 507


def test_uploads_at_the_same_time_share_the_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three that each fit alone; what ended gives its room back, and one that sends nothing takes none."""
    monkeypatch.setattr(upload_limit, "current", lambda: Settings(uploads_limit_mb=1))

    async def reads(_scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await PlainTextResponse("taken")(_scope, receive, send)

    limit = UploadLimit(reads, held=lambda session: (0, 0))
    gate = asyncio.Event()

    async def upload(pieces: list[bytes], announced: int = 0) -> int:
        statuses: list[int] = []

        async def receive() -> dict[str, Any]:
            if not pieces:
                await gate.wait()
                return {"type": "http.request", "body": b"", "more_body": False}
            return {"type": "http.request", "body": pieces.pop(0), "more_body": True}

        async def send(message: Any) -> None:
            statuses.extend([message["status"]] if message["type"] == "http.response.start" else [])

        headers = [(b"content-length", b"%d" % announced)] if announced else []
        scope = {"type": "http", "method": "PUT", "path": f"{UPLOADS}s1/f", "headers": headers}
        await limit(scope, receive, send)
        return statuses[0]

    async def all_of_them() -> list[int]:
        silent = asyncio.create_task(upload([], announced=400_000))
        begun = [silent, *(asyncio.create_task(upload([b"x" * 200_000])) for _ in range(3))]
        done, _waiting = await asyncio.wait(begun, return_when=asyncio.FIRST_COMPLETED)
        refused = [task.result() for task in done]
        gate.set()
        return refused + sorted([await task for task in begun if task not in done]) + [await upload([b"x" * 400_000])]

    assert completed(all_of_them()) == [507, 200, 200, 200, 200]


def test_a_session_that_was_shown_no_page_has_nothing_to_upload(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who stands before the login has a session too; one that has just come back gets its page in a moment."""
    monkeypatch.setattr(upload_limit, "LOOK_S", 0.0)
    looks = {"back": [False, False, True]}

    def allowed(session: str) -> bool:
        return session == "in" or bool(looks.get(session) and looks[session].pop(0))

    routes = [Route("/{rest:path}", taken, methods=["PUT"])]
    more = {"held": lambda session: (0, 0), "allowed": allowed}
    browser = TestClient(Starlette(routes=routes, middleware=[Middleware(UploadLimit, **more)]))
    statuses = [browser.put(f"{UPLOADS}{session}/f", content=b"x").status_code for session in ("in", "out", "back")]
    assert statuses == [200, 403, 200]


def test_which_session_was_shown_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    connected = {"in", "before the login", "refused"}
    runtime = SimpleNamespace(is_active_session=connected.__contains__)
    monkeypatch.setattr("streamlit.runtime.exists", lambda: True)
    monkeypatch.setattr("streamlit.runtime.get_instance", lambda: runtime)
    for name, let_in in (("in", True), ("refused", False)):
        monkeypatch.setitem(session._open, name, session.Visit(name, let_in=let_in))
    found = {name: may_upload(name) for name in (*connected, "unknown")}
    assert found == {"in": True, "before the login": False, "refused": False, "unknown": True}
