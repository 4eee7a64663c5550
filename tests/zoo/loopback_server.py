"""A download server on this machine that can also be slow, cut, refusing or lying, one fault after the other."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.patience import PATIENCE_S

Fault = dict[str, object]


@dataclass
class LoopbackServer:
    """faults: what the next answers do wrong, taken from the front; without one the file is served properly.

    {"status": 429, "headers": {...}}   an answer without the file
    {"cut": 1000}                       the connection ends after so many bytes
    {"freeze": 1000}                    so many bytes, then nothing, with the connection left open
    {"slow_s": 2}                       one byte, then so many seconds, and so on
    {"after": event}                    the head at once, the file when the event is set
    {"silent": True}                    accepts the connection and never answers
    {"ranges": False}                   ignores Range; {"range_shift": 7} answers another one
    {"chunked": True}                   says no length; {"body": b"..."} serves something else
    {"location": "..."}                 redirects
    """

    body: bytes
    faults: list[Fault] = field(default_factory=list)
    requests: list[dict[str, str]] = field(default_factory=list)
    port: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port}/{name}"


@contextlib.contextmanager
def serve(body: bytes, faults: list[Fault] | None = None) -> Iterator[LoopbackServer]:
    """Runs until the block ends."""
    state = LoopbackServer(body, faults or [])
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"state": state}))
    server.daemon_threads = True
    state.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE_S)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state: LoopbackServer

    def do_GET(self) -> None:
        self.close_connection = True
        self.state.requests.append({name.lower(): value for name, value in self.headers.items()})
        fault = self.state.faults.pop(0) if self.state.faults else {}
        with contextlib.suppress(OSError):
            self._answer(fault)

    def _answer(self, fault: Fault) -> None:
        if fault.get("silent"):
            self.state.stopping.wait(PATIENCE_S)
            return
        if "location" in fault:
            self._head(302, {"Location": str(fault["location"]), "Content-Length": "0"})
            return
        if "status" in fault:
            self._head(int(str(fault["status"])), {"Content-Length": "0", **fault.get("headers", {})})  # type: ignore[dict-item]
            return
        self._send_file(fault)

    def _send_file(self, fault: Fault) -> None:
        body = fault.get("body", self.state.body)
        assert isinstance(body, bytes)
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(found[1]) if found and fault.get("ranges", True) else 0
        if start >= len(body) > 0:
            self._head(416, {"Content-Range": f"bytes */{len(body)}", "Content-Length": "0"})
            return
        headers = {} if fault.get("chunked") else {"Content-Length": str(len(body) - start)}
        if start:
            shown = start + int(str(fault.get("range_shift", 0)))
            headers["Content-Range"] = f"bytes {shown}-{len(body) - 1}/{len(body)}"
        self._head(206 if start else 200, headers)
        if isinstance(after := fault.get("after"), threading.Event):
            after.wait(PATIENCE_S)
        self._send_bytes(body[start:], fault)

    def _send_bytes(self, rest: bytes, fault: Fault) -> None:
        if "slow_s" in fault:
            for i in range(len(rest)):
                self.wfile.write(rest[i : i + 1])
                self.wfile.flush()
                if self.state.stopping.wait(float(str(fault["slow_s"]))):
                    return
        end = int(str(fault.get("cut", fault.get("freeze", len(rest)))))
        pause = float(str(fault.get("pause_s", 0)))
        for i in range(0, end, 64 << 10):
            self.wfile.write(rest[i : min(i + (64 << 10), end)])
            time.sleep(pause)
        if "freeze" in fault:
            self.state.stopping.wait(PATIENCE_S)

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the terminal."""
