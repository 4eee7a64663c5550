"""Which headers does every answer carry, and which messages of a browser are dropped?"""

from __future__ import annotations

from collections.abc import MutableMapping
from importlib import import_module
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.proto.BackMsg_pb2 import BackMsg
from uvicorn import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from tests.ui.server.own_loop import completed
from vizcore.ui.server.message_limit import LARGEST_MESSAGE, without_large_messages
from vizcore.ui.server.middleware import OPERATIONS, BrowserMessages, message_kind, middleware


async def answer(request: Request) -> Response:
    own = {"cache-control": "public"} if "media" in request.url.path else {"x-frame-options": "DENY"}
    return PlainTextResponse("here", headers=own)


@pytest.fixture
def client() -> TestClient:
    routes = [Route("/media/cat.png", answer), Route("/page", answer)]
    return TestClient(Starlette(routes=routes, middleware=middleware()))


@pytest.mark.parametrize("name", ["content-security-policy", "x-content-type-options", "referrer-policy"])
def test_every_answer_is_marked(client: TestClient, name: str) -> None:
    assert client.get("/page").headers[name]
    assert client.get("/nowhere").headers[name]


def test_a_header_of_the_answer_itself_stays(client: TestClient) -> None:
    assert client.get("/page").headers.get_list("x-frame-options") == ["DENY"]


def test_a_visitor_s_pictures_are_kept_by_no_shared_cache(client: TestClient) -> None:
    assert client.get("/media/cat.png").headers.get_list("cache-control") == ["private, no-store"]
    assert "cache-control" not in client.get("/page").headers


def test_nothing_is_asked_of_another_host(client: TestClient) -> None:
    policy = client.get("/page").headers["content-security-policy"]
    assert "http" not in policy
    assert "*" not in policy


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/app/_stcore/metrics/", "/_stcore/agent", "/_stcore/agent/mcp"])
@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {"host": "localhost:8501"}, 200),
        ("127.0.0.1", {"host": "vis-a-vis.example.org"}, 404),  # a proxy on this machine
        ("127.0.0.1", {"host": "localhost", "x-forwarded-for": "127.0.0.1"}, 404),
        ("192.0.2.7", {"host": "localhost"}, 404),
    ],
)
def test_what_asks_for_no_login_answers_this_machine_alone(
    path: str, peer: str, headers: dict[str, str], status: int
) -> None:
    app = Starlette(routes=[Route("/{rest:path}", answer)], middleware=middleware())
    browser = TestClient(app, client=(peer, 5000))
    assert browser.get(path, headers=headers).status_code == status
    assert browser.get("/_stcore/health", headers=headers).status_code == 200


def message(**fields: Any) -> bytes:
    data: bytes = BackMsg(**fields).SerializeToString()
    return data


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (message(clear_cache=True), "clear_cache"),
        (message(rerun_script={"query_string": "a=1"}), "rerun_script"),
        (message(backend_operation_request={"deferred_file": {}}), "backend_operation_request.deferred_file"),
        (b"", None),
        (None, None),
        (b"\xff\xff\xff", None),
    ],
)
def test_message_kind(data: bytes | None, kind: str | None) -> None:
    assert message_kind(data) == kind


@pytest.mark.parametrize(
    "evil",
    [
        {"clear_cache": True},  # of everybody
        {"debug_shutdown_runtime": True},
        {"debug_disconnect_websocket": True},
        {"load_git_info": True},  # of the server's folder
        {"set_run_on_save": True},
        {"backend_operation_request": {"request_id": "1", "install_skills": {}}},  # into the project's folder
        {"backend_operation_request": {"request_id": "1", "dismiss_skills_nudge": {}}},  # into the user's
        {"backend_operation_request": {"request_id": "1"}},
    ],
    ids=lambda each: ".".join([*each, *(str(kind) for kind in each.get("backend_operation_request", ()))]),
)
def test_messages_that_no_page_needs_are_dropped(evil: dict[str, Any]) -> None:
    kept = message(rerun_script={"query_string": "a=1"})
    waiting: list[MutableMapping[str, Any]] = [
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "bytes": message(**evil)},
        {"type": "websocket.receive", "bytes": kept},
        {"type": "websocket.disconnect"},
    ]
    arrived: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return waiting.pop(0)

    async def send(_message: MutableMapping[str, Any]) -> None: ...

    async def application(_scope: Any, receive: Any, _send: Any) -> None:
        while not arrived or arrived[-1]["type"] != "websocket.disconnect":
            arrived.append(await receive())

    completed(BrowserMessages(application)({"type": "websocket"}, receive, send))
    assert [each["type"] for each in arrived] == ["websocket.connect", "websocket.receive", "websocket.disconnect"]
    assert arrived[1]["bytes"] == kept


@pytest.mark.parametrize("kind", ["deferred_file", "dataframe_chunk"])
def test_operations_that_a_page_needs_get_through(kind: str) -> None:
    assert message_kind(message(backend_operation_request={"request_id": "1", kind: {}})) in OPERATIONS


def test_a_message_as_large_as_no_page_sends_one_closes_its_socket_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    module = import_module("vizcore.ui.server.middleware")  # the package has a function of this name
    monkeypatch.setattr(module, "LARGEST_MESSAGE", 1000)
    monkeypatch.setattr(module, "message_kind", lambda data: "rerun_script")
    sizes = [999, 1000, 1001, 10]
    arrived: list[MutableMapping[str, Any]] = []
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "websocket.receive", "bytes": b"x" * sizes.pop(0)}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    async def application(_scope: Any, receive: Any, _send: Any) -> None:
        while not arrived or arrived[-1]["type"] != "websocket.disconnect":
            arrived.append(await receive())

    completed(BrowserMessages(application)({"type": "websocket"}, receive, send))
    assert [len(each.get("bytes", b"")) for each in arrived] == [999, 1000, 0]
    assert sent == [{"type": "websocket.close", "code": 1009}]


def test_the_web_server_itself_collects_no_larger_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WebSocketsSansIOProtocol, "__init__", WebSocketsSansIOProtocol.__init__)  # put back at the end
    without_large_messages()
    without_large_messages()

    async def connected() -> int:
        config = Config(answer, ws_max_size=200_000_000)
        config.load()
        return WebSocketsSansIOProtocol(config, ServerState(), {}).conn.max_message_size or 0

    assert completed(connected()) == LARGEST_MESSAGE
