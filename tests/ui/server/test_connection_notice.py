"""Does every page of the app, and nothing else, carry the script that says why no connection comes about?"""

from __future__ import annotations

import gzip

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from vizcore.ui.server.connection_notice import ConnectionNotice
from vizcore.ui.server.instance import INSTANCE

PAGE = '<!doctype html><html><body><div id="root">Élève</div></body></html>'


async def answer(request: Request) -> Response:
    if "packed" in request.url.path:
        return Response(gzip.compress(PAGE.encode()), media_type="text/html", headers={"content-encoding": "gzip"})
    if "bare" in request.url.path:
        return HTMLResponse("no end")
    if "text" in request.url.path:
        return PlainTextResponse(PAGE)
    return HTMLResponse(PAGE, 404 if "gone" in request.url.path else 200, headers={"etag": '"1"'})


@pytest.fixture(scope="module")
def browser() -> TestClient:
    routes = [Route("/{rest:path}", answer)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(ConnectionNotice)]))


@pytest.mark.parametrize("path", ["/features", "/packed"])
def test_a_page_says_each_sentence_in_each_language(browser: TestClient, path: str) -> None:
    got = browser.get(path)
    start, _end = PAGE.split("</body>")
    assert got.text.startswith(start)
    assert got.text.endswith("</script></body></html>")
    assert "lets no websocket through" in got.text
    assert "Le serveur r\\u00e9pond" in got.text
    assert int(got.headers["content-length"]) == len(got.content)
    assert "etag" not in got.headers
    assert "has been started again" in got.text
    assert f'instance = "{INSTANCE}"' in got.text
    assert "WORDS" not in got.text
    assert "PATIENCE_MS" not in got.text


@pytest.mark.parametrize(("path", "text"), [("/text", PAGE), ("/gone", PAGE), ("/vote/ABC", PAGE), ("/bare", "no end")])
def test_other_answers_stay_as_they_are(browser: TestClient, path: str, text: str) -> None:
    assert browser.get(path).text == text
