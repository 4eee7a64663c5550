"""Do the pieces of a large file go out in the place of its mark, and does their making end with the browser?"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.ui.server.own_loop import completed
from vizcore.errors import ExportAbandoned
from vizcore.ui.export_streams import MARK_BYTES, ExportStreams
from vizcore.ui.server import streamed_exports
from vizcore.ui.server.streamed_exports import StreamedExports
from vizcore.ui.session import Visit

FILE = {"content-disposition": 'attachment; filename="a.json"', "accept-ranges": "bytes"}
PIECES = 40


@pytest.fixture
def streams(monkeypatch: pytest.MonkeyPatch) -> ExportStreams:
    own = ExportStreams(served=True)
    monkeypatch.setattr(streamed_exports, "STREAMS", own)
    return own


def client(content: bytes) -> TestClient:
    async def media(_request: Request) -> Response:
        return Response(content, media_type="application/json", headers=FILE)

    routes = [Route("/media/x.json", media, methods=["GET", "HEAD"]), Route("/other", media)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(StreamedExports)]))


def large() -> Iterator[bytes]:
    return (b"%6d" % n * 10_000 for n in range(PIECES))


def test_the_file_comes_in_the_place_of_its_mark(streams: ExportStreams) -> None:
    answer = client(streams.content(large, Visit("s"))).get("/media/x.json")
    assert answer.status_code == 200
    assert answer.content == b"".join(large())
    assert answer.headers["content-disposition"] == FILE["content-disposition"]
    assert answer.headers["content-type"] == "application/json"
    assert not answer.headers.keys() & {"content-length", "accept-ranges"}


@pytest.mark.parametrize("content", [b"small", b"x" * MARK_BYTES, b"vizcore-export:".ljust(MARK_BYTES, b"y")[:-1]])
def test_every_other_file_stays_as_it_is(streams: ExportStreams, content: bytes) -> None:
    answer = client(content).get("/media/x.json")
    assert answer.content == content
    assert answer.headers["content-length"] == str(len(content))


def test_a_mark_is_one_on_the_media_route_alone(streams: ExportStreams) -> None:
    mark = streams.content(large, Visit("s"))
    assert client(mark).get("/other").content == mark
    assert client(mark).head("/media/x.json").status_code == 200


def test_a_file_of_a_visit_that_has_ended_is_gone(streams: ExportStreams) -> None:
    visit = Visit("s")
    mark = streams.content(large, visit)
    visit.left = True
    answer = client(mark).get("/media/x.json")
    assert answer.status_code == 410
    assert "closed" in answer.text


def test_too_many_at_once_are_refused_in_words(streams: ExportStreams) -> None:
    visit = Visit("s")
    mark = streams.content(large, visit)
    begun = [streams.stream(mark) for _time in range(3)]
    assert all(next(each) for each in begun if each)
    answer = client(mark).get("/media/x.json")
    assert answer.status_code == 429
    assert "3 pieces of work" in answer.text


def ended_early(mark: bytes, visit: Visit | None = None) -> list[MutableMapping[str, Any]]:
    """What is sent to a browser that leaves after the first piece; with a visit: whose visit ends then instead."""
    sent: list[MutableMapping[str, Any]] = []

    async def media(scope: Any, receive: Any, send: Any) -> None:
        await Response(mark, media_type="text/plain")(scope, receive, send)

    async def call() -> None:
        import asyncio

        left = asyncio.Event()

        async def receive() -> MutableMapping[str, Any]:
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)
            if message.get("body"):
                if visit is not None:
                    visit.left = True
                else:
                    left.set()
                    await asyncio.sleep(0.01)

        scope = {
            "type": "http",
            "method": "GET",
            "path": "/media/x.txt",
            "headers": [],
            "asgi": {"spec_version": "2.3"},
        }
        await StreamedExports(media)(scope, receive, send)

    completed(call())
    return sent


def test_the_making_ends_with_the_browser(streams: ExportStreams) -> None:
    made: list[int] = []
    closed: list[bool] = []

    def noted() -> Iterator[bytes]:
        try:
            for n in range(1000):
                made.append(n)
                yield bytes(100_000)
        finally:
            closed.append(True)

    mark = streams.content(noted, Visit("s"))
    made.clear()
    closed.clear()
    ended_early(mark)
    assert len(made) < 100
    assert closed == [True]


def test_a_file_that_cannot_be_finished_does_not_look_whole(streams: ExportStreams) -> None:
    visit = Visit("s")
    sent = ended_early(streams.content(large, visit), visit)
    assert [each.get("more_body") for each in sent] == [None, True]


def test_a_mistake_before_the_first_piece_is_not_an_empty_file(streams: ExportStreams) -> None:
    asked: list[int] = []

    def broken() -> Iterator[bytes]:
        asked.append(1)
        if len(asked) > 1:
            raise ExportAbandoned
        yield from large()

    assert client(streams.content(broken, Visit("s"))).get("/media/x.json").status_code == 410
