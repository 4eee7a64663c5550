"""Files that a browser sends unasked: refused where those that lie here leave no room."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from vizcore.settings import Settings
from vizcore.ui.server import upload_limit
from vizcore.ui.server.upload_limit import UPLOADS, UploadLimit, held_bytes


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
    assert asked == ["s1"]
    assert browser.put("/elsewhere", content=b"x" * 100).status_code == 200
    assert browser.get(f"{UPLOADS}s1/f1").status_code == 200


def test_without_a_server_nothing_lies_here() -> None:
    assert held_bytes("s") == (0, 0)
