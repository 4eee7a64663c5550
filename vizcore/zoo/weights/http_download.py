"""How do the bytes of one file come over a network that may be slow, cut, refusing, lying or not there at all?

The request runs in a thread of its own, which only ever talks to the network; the caller's thread writes the file and
watches the clock. So a look-up that hangs, a host that never answers and a trickle all end on time, and a
cancellation is noticed at once.
"""

from __future__ import annotations

import queue
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from vizcore.errors import Cancelled
from vizcore.errors.models import DownloadReason

if TYPE_CHECKING:
    import httpx

CHUNKS_AHEAD = 8  # of at most 64 KiB each
FEWEST_BYTES = 8 << 10  # less than this within the timeout is a stall
LARGEST_UNSTATED = 4_000_000_000  # where a card states no size, still not more than this
TICK_S = 0.1


class Interrupted(Exception):
    """One attempt ended early. retry: whether another attempt could help."""

    def __init__(
        self, reason: DownloadReason, *, status: int = 0, retry: bool = False, wait_s: float | None = None
    ) -> None:
        super().__init__(reason)
        self.reason, self.status, self.retry, self.wait_s = reason, status, retry, wait_s


@dataclass(frozen=True)
class Reply:
    """The head of an answer. start, total: which byte comes first, and how many the whole file has, if said."""

    status: int
    start: int
    total: int | None
    retry_after_s: float | None


class Exchange:
    """One GET from byte `start` on: `take` gives the Reply, then chunks, then b"" at the end, or what went wrong."""

    def __init__(self, url: str, start: int, timeout_s: float) -> None:
        self._url, self._start, self._timeout_s = url, start, timeout_s
        self._items: queue.Queue[Reply | bytes | BaseException] = queue.Queue(CHUNKS_AHEAD)
        self._closed = threading.Event()
        threading.Thread(target=self._run, name="download", daemon=True).start()

    def take(self, wait_s: float) -> Reply | bytes | BaseException | None:
        """The next item, or None after `wait_s`."""
        try:
            return self._items.get(timeout=wait_s)
        except queue.Empty:
            return None

    def close(self) -> None:
        """Lets the thread end at its next byte or timeout; nobody waits for it."""
        self._closed.set()

    def _run(self) -> None:
        began = False
        try:
            with _open(self._url, self._start, self._timeout_s) as response:
                going_on = began = self._put(_reply(response.status_code, response.headers))
                for chunk in response.iter_raw() if going_on else ():
                    going_on = going_on and (not chunk or self._put(chunk))
                    if not going_on:
                        return
                self._put(b"")
        except Exception as problem:  # a border: handed to the caller's thread
            self._put(_sorted_out(problem, began=began))

    def _put(self, item: Reply | bytes | BaseException) -> bool:
        while not self._closed.is_set():
            try:
                self._items.put(item, timeout=TICK_S)
            except queue.Full:
                continue
            return True
        return False


def receive(
    url: str,
    part: Path,
    *,
    expected_bytes: int | None,
    deadline: float,
    timeout_s: float,
    report: Callable[[int, int | None], None],
    cancelled: Callable[[], bool],
) -> None:
    """Appends to `part` until the file is complete. deadline: time.monotonic() by which the answer must have begun.

    Interrupted, Cancelled and the OSError of a full disk leave in `part` what has arrived.
    """
    have = part.stat().st_size if part.exists() else 0
    exchange = Exchange(url, have, timeout_s)
    try:
        reply = _first(exchange, deadline, cancelled)
        start = _accepted_start(reply, part, have)
        total = _agreed_total(reply, expected_bytes)
        with part.open("ab" if start else "wb") as out:
            done = start
            report(done, total)
            pace = _Pace(timeout_s)
            while chunk := _next_chunk(exchange, pace, cancelled):
                done += len(chunk)
                if done > (total or LARGEST_UNSTATED):
                    raise Interrupted("hash")
                out.write(chunk)
                report(done, total)
        if total is not None and done < total:
            raise Interrupted("cut", retry=True)
    finally:
        exchange.close()


@contextmanager
def _open(url: str, start: int, timeout_s: float) -> Iterator[httpx.Response]:
    """The answer with its body still to come, after redirects that are safe. Interrupted for one that is not."""
    import httpx  # brings anyio and h11: only once something is downloaded

    headers = {"User-Agent": "vizcore", "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    hooks = {"response": [_refuse_unsafe_redirect]}
    with (
        httpx.Client(timeout=timeout_s, follow_redirects=True, event_hooks=hooks) as client,
        client.stream("GET", url, headers=headers) as response,
    ):
        yield response


def _refuse_unsafe_redirect(response: httpx.Response) -> None:
    """Only to https, or where the first address was plain http already (loopback in tests)."""
    if response.has_redirect_location:
        target = urlsplit(urljoin(str(response.url), response.headers["Location"]))
        if target.scheme not in {"https", response.url.scheme}:
            raise Interrupted("http", status=response.status_code)


def _reply(status: int, headers: httpx.Headers) -> Reply:
    start, total = 0, _number(headers.get("Content-Length"))
    if status == 206:
        found = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", headers.get("Content-Range", "").strip())
        start, total = (int(found[1]), _number(found[2])) if found else (-1, None)
    return Reply(status, start, total, _seconds(headers.get("Retry-After")))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None


def _seconds(text: str | None) -> float | None:
    """Retry-After as seconds; a date counts as "longer than we wait"."""
    number = _number(text)
    return None if text is None else float("inf") if number is None else float(number)


def _first(exchange: Exchange, deadline: float, cancelled: Callable[[], bool]) -> Reply:
    while True:
        item = exchange.take(TICK_S)
        if cancelled():
            raise Cancelled()
        if isinstance(item, Reply):
            return item
        if isinstance(item, BaseException):
            raise item
        if time.monotonic() > deadline:
            raise Interrupted("timeout")


def _next_chunk(exchange: Exchange, pace: _Pace, cancelled: Callable[[], bool]) -> bytes:
    """The next bytes, b"" at the end of the answer."""
    while True:
        item = exchange.take(TICK_S)
        if cancelled():
            raise Cancelled()
        if isinstance(item, BaseException):
            raise item
        if isinstance(item, bytes):
            pace.count(len(item))
            return item
        pace.count(0)


class _Pace:
    """Raises Interrupted when too little has come within `window_s`."""

    def __init__(self, window_s: float) -> None:
        self._window_s, self._since, self._bytes = window_s, time.monotonic(), 0

    def count(self, size: int) -> None:
        self._bytes += size
        if time.monotonic() - self._since > self._window_s:
            if self._bytes < FEWEST_BYTES:
                raise Interrupted("timeout", retry=True)
            self._since, self._bytes = time.monotonic(), 0


def _sorted_out(problem: Exception, *, began: bool) -> Exception:
    """What the network threw, as Interrupted; a mistake of ours is returned as it is."""
    import httpx

    if isinstance(problem, httpx.TimeoutException):
        return Interrupted("timeout", retry=began)
    if isinstance(problem, httpx.TooManyRedirects):
        return Interrupted("http", status=302)
    if isinstance(problem, httpx.ConnectError | httpx.UnsupportedProtocol | httpx.ProxyError):
        return Interrupted("unreachable")
    if isinstance(problem, httpx.TransportError):  # the line was cut, or what came is no HTTP
        return Interrupted("cut", retry=True)
    return problem


def _accepted_start(reply: Reply, part: Path, have: int) -> int:
    """From which byte the answer goes on: `have`, or 0 from a server that ignores ranges."""
    if reply.status == 200:
        return 0
    if reply.status == 206 and reply.start == have:
        return have
    if reply.status in {206, 416} and have:  # what we have does not fit what it has: once more from the beginning
        part.unlink(missing_ok=True)
        raise Interrupted("http", status=reply.status, retry=True, wait_s=0.0)
    retry = reply.status == 429 or reply.status >= 500
    raise Interrupted("http", status=reply.status, retry=retry, wait_s=reply.retry_after_s)


def _agreed_total(reply: Reply, expected_bytes: int | None) -> int | None:
    if expected_bytes is not None and reply.total is not None and reply.total != expected_bytes:
        raise Interrupted("hash")  # not worth fetching: it cannot be the file that the card promises
    return expected_bytes if expected_bytes is not None else reply.total
