"""Does a served address carry what the pages need: websocket, uploads, long cookies, one visitor to one process?

Asked over HTTP as a browser would, at an address that the administrator names; nothing is stored there.
"""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from time import time
from urllib.parse import urlsplit

from vizcore.doctor.findings import CheckOf, Failed, Finding, find
from vizcore.errors import AddressInvalid
from vizcore.i18n import N_

COOKIE_BYTES = 6_000  # a login's cookies with groups in them; nginx's own default breaks at 8 kB with the rest
UPLOAD_BYTES = 20_000_000
CLOCK_S = 60.0
WEBSOCKET_KEY = "dmlzLWEtdmlzIGRvY3Rvcg=="  # any 16 bytes in base64 (RFC 6455, section 4.1)


@dataclass(frozen=True)
class Served:
    """An address: scheme://host[:port][/prefix]. verify: whether its certificate must be a known one."""

    url: str
    verify: bool = True
    timeout_s: float = 20.0

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            known = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:  # a port that is none, or half an IPv6 address
            known = False
        if not known:
            raise AddressInvalid(url=self.url[:200])

    def ask(
        self, path: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """One request, its answer read to the end (no more than 1 MB of it)."""
        parts = urlsplit(self.url)
        connection = self._connection(parts.scheme, parts.netloc)
        try:
            connection.request(method, parts.path.rstrip("/") + path, body or None, dict(headers or {}))
            answer = connection.getresponse()
            content = b"" if answer.status == 101 else answer.read(1_000_000)
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, content)
        finally:
            connection.close()

    def _connection(self, scheme: str, place: str) -> http.client.HTTPConnection:
        if scheme == "http":
            return http.client.HTTPConnection(place, timeout=self.timeout_s)
        context = ssl.create_default_context()
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return http.client.HTTPSConnection(place, timeout=self.timeout_s, context=context)


FROM_OUTSIDE = {"X-Forwarded-For": "192.0.2.1"}  # an address for documentation (RFC 5737): passed on by a proxy


@dataclass(frozen=True)
class Answer:
    """headers: names in lower case; of several with one name the last."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def expect(answer: Answer, *statuses: int) -> Answer:
    if answer.status not in statuses:
        raise Failed(f"{answer.status}")
    return answer


def health(served: Served) -> str:
    return expect(served.ask("/_stcore/health"), 200).body[:20].decode(errors="replace")


def ready(served: Served) -> str:
    return f"{json.loads(expect(served.ask('/vizcore/ready'), 200).body)['ms']:.0f} ms"


def deep_link(served: Served) -> str:
    answer = expect(served.ask("/features"), 200)
    if b"<html" not in answer.body:
        raise Failed("no page")
    return "/features"


def websocket(served: Served) -> str:
    """The handshake of RFC 6455 up to the answer 101."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(served.url))
    headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Origin": origin, "Sec-WebSocket-Version": "13"}
    headers |= {"Sec-WebSocket-Key": WEBSOCKET_KEY, "Sec-WebSocket-Protocol": "streamlit"}
    return f"{expect(served.ask('/_stcore/stream', headers=headers), 101).status}"


def upload(served: Served) -> str:
    """A body of 20 MB to an upload that nobody asked for: the app refuses it (4xx), the proxy must not (413)."""
    address = "/_stcore/upload_file/doctor/doctor"
    answer = served.ask(address, method="PUT", headers={"Content-Type": "text/plain"}, body=bytes(UPLOAD_BYTES))
    if answer.status in {413, 502, 504}:
        raise Failed(f"{answer.status}")
    return f"{UPLOAD_BYTES // 1_000_000} MB"


def cookies(served: Served) -> str:
    expect(served.ask("/vizcore/instance", headers={"Cookie": f"doctor={'x' * COOKIE_BYTES}"}), 200)
    return f"{COOKIE_BYTES} B"


def affinity(served: Served) -> str:
    """With the cookie of the first answer, every further one comes from the same process."""
    first = expect(served.ask("/vizcore/instance"), 200)
    cookie = first.headers.get("set-cookie", "").partition(";")[0]
    kept = {"Cookie": cookie} if cookie else {}
    names = {_instance(expect(served.ask("/vizcore/instance", headers=kept), 200)) for _ in range(6)}
    names |= {_instance(first)}
    if len(names) > 1:
        raise Failed(f"{len(names)} processes")
    return names.pop()


def _instance(answer: Answer) -> str:
    return str(json.loads(answer.body)["instance"])


def closed(served: Served) -> str:
    """What asks for no login is not to be seen from outside; on the machine itself the app shows it."""
    if served.ask("/_stcore/metrics", headers=FROM_OUTSIDE).status == 200:
        raise Failed("/_stcore/metrics")
    return "/_stcore/metrics"


def clock(served: Served) -> str:
    there = parsedate_to_datetime(served.ask("/_stcore/health").headers["date"]).timestamp()
    apart_s = abs(there - time())
    if apart_s > CLOCK_S:
        raise Failed(f"{apart_s:.0f} s")
    return f"{apart_s:.0f} s"


SERVED_CHECKS: tuple[CheckOf[Served], ...] = (
    CheckOf("health", health, N_("Nothing answers here; start the app, or correct the address or the upstream.")),
    CheckOf("ready", ready, N_("The app is up but an inference does not come back; see its log and its queue.")),
    CheckOf("deep link", deep_link, N_("The proxy must pass every path to the app, not only /.")),
    CheckOf("websocket", websocket, N_("The proxy must pass Upgrade and Connection, and the Host unchanged.")),
    CheckOf("upload", upload, N_("Raise the proxy's limit for bodies (nginx: client_max_body_size 210m).")),
    CheckOf("cookies", cookies, N_("Raise the proxy's limit for headers (nginx: large_client_header_buffers 8 32k).")),
    CheckOf("affinity", affinity, N_("The proxy must keep a visitor with one process, by a cookie.")),
    CheckOf("closed", closed, N_("Refuse /_stcore/metrics at the proxy.")),
    CheckOf("clock", clock, N_("The clocks of this machine and the server are apart; set them.")),
)


def examine_served(served: Served) -> list[Finding]:
    """All SERVED_CHECKS at this address."""
    return find(SERVED_CHECKS, served)
