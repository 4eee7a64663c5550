"""A visitor without a browser: speaks Streamlit's protocol over a websocket, for many at once on a small machine.

It opens pages, presses buttons, uploads files, and keeps what the last run of the script sent, as flat lists.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

PATIENCE_S = 120.0
ERROR = 1  # Alert.Format
RUN_AGAIN_AT_ONCE = 2  # ForwardMsg.ScriptFinishedStatus


@dataclass
class Screen:
    """What one run of the script drew."""

    elements: list[Any] = field(default_factory=list)
    finished: bool = False

    def of(self, kind: str) -> list[Any]:
        return [getattr(each, kind) for each in self.elements if each.WhichOneof("type") == kind]

    @property
    def text(self) -> str:
        words = [each.body for each in self.of("markdown")] + [each.body for each in self.of("heading")]
        return "\n".join([*words, *(each.label for each in self.of("button")), *self.errors])

    @property
    def errors(self) -> list[str]:
        """Sentences in red, which a visitor can do something about."""
        return [each.body for each in self.of("alert") if each.format == ERROR]

    @property
    def raw_errors(self) -> list[str]:
        """Tracebacks and the like, which nobody should ever see."""
        return [f"{each.type}: {each.message}" for each in self.of("exception")]

    def button(self, label: str) -> str:
        """Its id. LookupError where no button has this label."""
        found = [each.id for each in self.of("button") if label in each.label and not each.disabled]
        if not found:
            raise LookupError(f"expected a button {label!r}, got {[each.label for each in self.of('button')]}")
        return str(found[0])


class Client:
    """One session. Not for several threads, except that `screen` may be looked at."""

    def __init__(self, base: str, cookie: str = "") -> None:
        self.base, self._host = base, urlsplit(base).netloc
        self._tls = ssl._create_unverified_context() if base.startswith("https") else None  # a test's own certificate
        self._cookies = cookie
        self.session = ""
        self.pages: dict[str, str] = {}
        self.screen = Screen()
        self._messages: dict[str, ForwardMsg] = {}
        self._urls: list[Any] = []
        self._exits = contextlib.ExitStack()
        self._polled: set[str] = set()
        self._partial = False
        self._page = ""
        self._query = "lang=en"
        self._sticky: dict[str, WidgetState] = {}
        self._socket = self._connected()

    def _http(self) -> http.client.HTTPConnection:
        if self._tls:
            return http.client.HTTPSConnection(self._host, context=self._tls, timeout=PATIENCE_S)
        return http.client.HTTPConnection(self._host, timeout=PATIENCE_S)

    def _connected(self) -> ClientConnection:
        connection = self._http()
        connection.request("GET", "/_stcore/health")
        answer = connection.getresponse()
        answer.read()
        found = [value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
        connection.close()
        self._xsrf = next((each.partition("=")[2] for each in found if "xsrf" in each), "")
        self._cookies = "; ".join([each for each in (self._cookies,) if each] + found)
        opening = connect(
            f"{self.base.replace('http', 'ws', 1)}/_stcore/stream",
            ssl=self._tls,
            origin=Origin(self.base),
            subprotocols=[Subprotocol("streamlit")],
            additional_headers={"Cookie": self._cookies},
            max_size=None,
            open_timeout=PATIENCE_S,
        )
        return self._exits.enter_context(opening)

    # What a visitor does

    def open(self, page: str = "", query: str = "lang=en") -> Screen:
        """The page of this address ("features"), "" for Home; waits until it is drawn."""
        self._page, self._query, self._sticky = page, query, {}
        return self.run()

    def press(self, label: str) -> Screen:
        return self.run(WidgetState(id=self.screen.button(label), trigger_value=True))

    def upload(self, name: str, data: bytes, *, place: int = 0) -> Screen:
        """Through the field in the sidebar, as the browser does: address, file, then the field's new value."""
        return self.run(self.sent(name, data, place=place))

    def sent(self, name: str, data: bytes, *, place: int = 0) -> WidgetState:
        """The field's state after the file has arrived."""
        widget = self.screen.of("file_uploader")[place]
        address = self.address_for(name)
        status = self.put(address.upload_url, name, data)
        if status not in (200, 201, 204):
            raise OSError(f"expected the upload to be taken, got {status}")
        state = WidgetState(id=widget.id)
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.name, info.size, info.file_id = name, len(data), address.file_id
        info.file_urls.CopyFrom(address)
        return state

    def begin_put(self, path: str, data: bytes, share: float) -> socket.socket:
        """Sends the head of an upload and this share of its body; the rest never comes."""
        parts = urlsplit(self.base)
        raw = socket.create_connection((str(parts.hostname), parts.port or 80))
        head = [f"PUT {path} HTTP/1.1", f"Host: {self._host}", f"Content-Length: {len(data)}"]
        head += ["Content-Type: multipart/form-data; boundary=edge", f"Cookie: {self._cookies}"]
        head += [f"X-Xsrftoken: {self._xsrf}", "", ""]
        raw.sendall("\r\n".join(head).encode() + data[: int(share * len(data))])
        return raw

    def address_for(self, name: str) -> Any:
        message = BackMsg()
        message.file_urls_request.request_id = f"{time.monotonic_ns()}"
        message.file_urls_request.file_names.append(name)
        message.file_urls_request.session_id = self.session
        self._urls.clear()
        self._send(message)
        self._read(lambda: bool(self._urls))
        return self._urls[0]

    def put(self, path: str, name: str, data: bytes) -> int:
        body = (
            b'--edge\r\nContent-Disposition: form-data; name="file"; filename="' + name.encode() + b'"\r\n'
            b"Content-Type: image/png\r\n\r\n" + data + b"\r\n--edge--\r\n"
        )
        connection = self._http()
        headers = {"Content-Type": "multipart/form-data; boundary=edge", "Cookie": self._cookies}
        connection.request("PUT", path, body, {**headers, "X-Xsrftoken": self._xsrf})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    def get(self, path: str) -> tuple[int, bytes]:
        connection = self._http()
        connection.request("GET", path, headers={"Cookie": self._cookies})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body

    def run(self, *states: WidgetState, wait: bool = True) -> Screen:
        """One run of the script with these widgets changed."""
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string = self._query
        asked.page_script_hash, asked.page_name = self.pages.get(self._page, ""), self._page
        if self._page in self.pages:
            asked.page_name = ""
        for state in states:
            asked.widget_states.widgets.add().CopyFrom(state)
        self.screen = Screen()
        self._send(message)
        if wait:
            self._read(lambda: self.screen.finished)
        return self.screen

    def poll(self, seconds: float, until: Callable[[], bool] = lambda: False, every_s: float = 0.5) -> None:
        """Redraws the parts that refresh themselves, as a browser does, for so long or until something is seen."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not until():
            for fragment in sorted(self._polled):
                message = BackMsg()
                asked = message.rerun_script
                asked.query_string, asked.page_script_hash = self._query, self.pages.get(self._page, "")
                asked.fragment_id, asked.is_auto_rerun = fragment, True
                self.screen.finished, self._partial = False, True
                self._send(message)
                self._read(lambda: self.screen.finished)
                self._partial = False
            time.sleep(every_s)

    def send_raw(self, message: BackMsg) -> None:
        self._send(message)

    def listen(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Takes in what the server sends by itself."""
        with contextlib.suppress(TimeoutError):
            self._read(until, seconds)

    def reconnect(self) -> None:
        """A new socket of the same browser: a new session for Streamlit."""
        self.cut()
        self._socket = self._connected()

    def cut(self) -> None:
        """The connection is gone without a word, as when a cable is pulled."""
        with contextlib.suppress(OSError):
            self._socket.socket.close()

    def close(self) -> None:
        with contextlib.suppress(OSError, ConnectionClosed):
            self._socket.close()

    # What arrives

    def _send(self, message: BackMsg) -> None:
        self._socket.send(message.SerializeToString())

    def _read(self, done: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
        until = time.monotonic() + seconds
        while not done():
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"nothing within {seconds} s; so far: {self.screen.text[:400]!r}")
            message = ForwardMsg()
            message.ParseFromString(self._socket.recv(timeout=left))  # type: ignore[arg-type]
            self._take(message)

    def _take(self, message: ForwardMsg) -> None:
        if message.WhichOneof("type") == "ref_hash":
            message = self._messages[message.ref_hash]
        elif message.metadata.cacheable:
            self._messages[message.hash] = message
        kind = str(message.WhichOneof("type"))
        taken = getattr(self, f"_take_{kind}", None)
        if taken:
            taken(getattr(message, kind))

    def _take_new_session(self, begun: Any) -> None:
        self.session = begun.initialize.session_id or self.session
        if not self._partial:
            self.screen.elements.clear()
            self._polled.clear()
        self.screen.finished = False

    def _take_navigation(self, navigation: Any) -> None:
        self.pages = {each.url_pathname: each.page_script_hash for each in navigation.app_pages}

    def _take_delta(self, delta: Any) -> None:
        if delta.WhichOneof("type") == "new_element":
            self.screen.elements.append(delta.new_element)

    def _take_file_urls_response(self, answer: Any) -> None:
        self._urls.extend(answer.file_urls)

    def _take_auto_rerun(self, wish: Any) -> None:
        self._polled.add(wish.fragment_id)

    def _take_stop_auto_rerun(self, wish: Any) -> None:
        self._polled.discard(wish.fragment_id)

    def _take_script_finished(self, status: int) -> None:
        if status == RUN_AGAIN_AT_ONCE:
            self._partial = False
        self.screen.finished = status != RUN_AGAIN_AT_ONCE


@contextlib.contextmanager
def visitors(base: str, count: int) -> Iterator[list[Client]]:
    """Sessions that are open at the same time, closed when the block ends."""
    opened: list[Client] = []
    try:
        for _number in range(count):
            opened.append(Client(base))
        yield opened
    finally:
        for each in opened:
            each.close()


def all_at_once(clients: list[Client], act: Callable[[Client, int], None]) -> list[str]:
    """Each client in a thread of its own. What went wrong, in words."""
    problems: list[str] = []

    def guarded(client: Client, number: int) -> None:
        try:
            act(client, number)
        except Exception as problem:  # the border of a thread
            problems.append(f"visitor {number}: {type(problem).__name__}: {problem}")

    threads = [threading.Thread(target=guarded, args=(each, number)) for number, each in enumerate(clients)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return problems
