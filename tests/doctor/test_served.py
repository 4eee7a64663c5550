"""Does each check of a served address see the fault that it is there for? Against small servers on this machine."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.cli.invocation import invoke
from vizcore.doctor import Served, examine_served
from vizcore.errors import AddressInvalid


class Behaviour:
    """What the server of a test does wrong."""

    body_limit = 10**9
    header_limit = 10**9
    instances: Iterator[str] = itertools.repeat("one")
    metrics = 404
    upgrade = 101
    ready = 200
    everything: int | None = None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    behaviour: Behaviour

    def log_message(self, *_: object) -> None: ...

    def do_GET(self) -> None:
        behaviour = self.behaviour
        if behaviour.everything:
            return self.answer(behaviour.everything)
        if len(self.headers.get("Cookie", "")) > behaviour.header_limit:
            return self.answer(400)
        answers = {
            "/_stcore/health": (200, b"ok"),
            "/vizcore/ready": (behaviour.ready, b'{"ready": true, "ms": 12}'),
            "/features": (200, b"<html></html>"),
            "/_stcore/metrics": (behaviour.metrics if "X-Forwarded-For" in self.headers else 200, b""),
            "/_stcore/stream": (behaviour.upgrade, b""),
        }
        if self.path == "/vizcore/instance":
            return self.answer(200, json.dumps({"instance": next(behaviour.instances)}).encode())
        return self.answer(*answers.get(self.path, (404, b"")))

    def do_PUT(self) -> None:
        length = int(self.headers["Content-Length"])
        self.rfile.read(length)
        self.answer(413 if length > self.behaviour.body_limit else 400)

    def answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        if status != 101:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 101:
            self.wfile.write(body)


@pytest.fixture
def behaviour() -> Behaviour:
    return Behaviour()


@pytest.fixture
def url(behaviour: Behaviour) -> Iterator[str]:
    handler = type("Own", (Handler,), {"behaviour": behaviour})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def failures(url: str) -> set[str]:
    return {each.name for each in examine_served(Served(url)) if not each.ok}


def test_nothing_is_wrong_with_a_good_server(url: str) -> None:
    assert failures(url) == set()
    assert failures(url.replace("http", "HTTP")) == set(), "RFC 3986, section 3.1: case does not matter"


@pytest.mark.parametrize(
    ("fault", "value", "name"),
    [
        ("body_limit", 1_000_000, "upload"),
        ("header_limit", 4_000, "cookies"),
        ("metrics", 200, "closed"),
        ("upgrade", 400, "websocket"),
        ("ready", 503, "ready"),
    ],
)
def test_each_fault_is_seen_by_its_check_alone(
    url: str, behaviour: Behaviour, fault: str, value: int, name: str
) -> None:
    setattr(behaviour, fault, value)
    assert failures(url) == {name}


def test_a_visitor_sent_to_two_processes(url: str, behaviour: Behaviour) -> None:
    behaviour.instances = itertools.cycle(["one", "two"])
    assert failures(url) == {"affinity"}


def test_nobody_there() -> None:
    findings = examine_served(Served("http://127.0.0.1:9", timeout_s=2))
    assert not any(each.ok for each in findings)
    assert all(each.remedy for each in findings)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "localhost:8501",
        "file:///etc/passwd",
        "ftp://host",
        "https://",
        "http://h:x",
        "http://h:70000",
        "http://[::1",
    ],
)
def test_an_address_that_is_none(text: str) -> None:
    with pytest.raises(AddressInvalid):
        Served(text)


def test_the_verb_names_a_bad_address() -> None:
    answer = invoke("doctor", "--url", "nowhere", "--json")
    [line] = answer.lines
    assert line["error"]["code"] == "address_invalid"
    assert answer.status == 2
