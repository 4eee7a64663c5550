"""What does every answer carry, and which messages of a browser reach Streamlit?

Plain ASGI (no streamlit, no buffering): headers are added to each HTTP answer; of the websocket's messages only the
kinds that a page needs get through. The rest act on the whole process (clear its caches, end it) or tell of it.
"""

from __future__ import annotations

import logging

from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vizcore.ui.server.closed_paths import ClosedPaths
from vizcore.ui.server.connection_notice import ConnectionNotice
from vizcore.ui.server.instance import HEADER, INSTANCE
from vizcore.ui.server.message_limit import LARGEST_MESSAGE
from vizcore.ui.server.secure_cookies import SecureCookies
from vizcore.ui.server.sign_in_page import SignInTrouble
from vizcore.ui.server.streamed_exports import StreamedExports
from vizcore.ui.server.upload_limit import UploadLimit
from vizcore.ui.server.visitor_cookie import VisitorCookie

log = logging.getLogger(__name__)


# Streamlit's frontend needs inline styles, eval (Vega, components) and blobs; nothing ever comes from another host.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "frame-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)

HEADERS: tuple[tuple[str, str], ...] = (
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "SAMEORIGIN"),
    ("referrer-policy", "same-origin"),
    (HEADER, INSTANCE),
)
PRIVATE_PATHS = ("/media/", "/_stcore/upload_file/")  # a visitor's pictures: no shared cache may keep them
TOO_BIG = 1009  # of RFC 6455
OPERATION = "backend_operation_request"  # of several kinds; others write into the project and the user's folders
OPERATIONS = frozenset({f"{OPERATION}.deferred_file", f"{OPERATION}.dataframe_chunk"})
MESSAGES = OPERATIONS | {"rerun_script", "stop_script", "file_urls_request", "app_heartbeat"}


class ResponseHeaders:
    """Adds HEADERS to every HTTP answer that does not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _completed(list(message.get("headers", ())), str(scope["path"]))
            await send(message)

        await self.app(scope, receive, with_headers)


def _completed(headers: list[tuple[bytes, bytes]], path: str) -> list[tuple[bytes, bytes]]:
    present = {name.lower() for name, _value in headers}
    wanted = [*HEADERS]
    if any(part in path for part in PRIVATE_PATHS):
        headers = [each for each in headers if each[0].lower() != b"cache-control"]
        present.discard(b"cache-control")
        wanted.append(("cache-control", "private, no-store"))
    return headers + [(name.encode(), value.encode()) for name, value in wanted if name.encode() not in present]


class BrowserMessages:
    """Lets MESSAGES through and drops the rest; one that cannot be read is left to Streamlit, which refuses it.

    A message beyond LARGEST_MESSAGE is not even read: the socket is closed (1009), as the server itself does while one
    arrives (`message_limit`).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return

        async def allowed() -> Message:
            while True:
                message = await receive()
                if _size(message) > LARGEST_MESSAGE:
                    log.warning("closed a socket: a message of %d bytes", _size(message))
                    await send({"type": "websocket.close", "code": TOO_BIG})
                    return {"type": "websocket.disconnect", "code": TOO_BIG}
                kind = message_kind(message.get("bytes")) if message["type"] == "websocket.receive" else None
                if kind is None or kind in MESSAGES:
                    return message
                log.warning("dropped a browser's message: %s", kind)

        await self.app(scope, allowed, send)


def _size(message: Message) -> int:
    return len(message.get("bytes") or message.get("text") or "")


def message_kind(data: bytes | None) -> str | None:
    """Name of the message in these bytes (`clear_cache`, `rerun_script` ...), of an operation with its kind after a
    point; None if it cannot be told."""
    if not data:
        return None
    from google.protobuf.message import DecodeError
    from streamlit.proto.BackMsg_pb2 import BackMsg

    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return None
    kind: str | None = message.WhichOneof("type")
    return f"{OPERATION}.{message.backend_operation_request.WhichOneof('payload')}" if kind == OPERATION else kind


def middleware() -> list[Middleware]:
    """In the order in which a request meets them."""
    return [
        Middleware(ResponseHeaders),
        Middleware(ClosedPaths),
        Middleware(SecureCookies),
        Middleware(VisitorCookie),
        Middleware(ConnectionNotice),
        Middleware(SignInTrouble),
        Middleware(UploadLimit),
        Middleware(StreamedExports),
        Middleware(BrowserMessages),
    ]
