"""How does a browser get its visitor's cookie, and how is a sign-in in another of its tabs noticed?

Plain ASGI: a page (HTML) that is sent to a browser without the cookie sets it, and such an answer may be stored by
nobody. Requests for pages and new sockets show who is signed in now.
"""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vizcore.settings import current
from vizcore.ui.visitor.cookie import browser_of, header_value, new_token, token_in
from vizcore.ui.visitor.known_browsers import KNOWN
from vizcore.ui.visitor.logins import LOGINS, login_mark

OTHER_PAGES = ("/vote/", "/speaker/")  # of phones and of a second window: no session of the app stands behind them
SIGN_OUT = "/auth/logout"


class VisitorCookie:
    """Sets the cookie where it is missing, and notes who is signed in."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        token = token_in(connection.cookies)
        if token:
            _note(connection, browser_of(token))
        if token or scope["type"] == "websocket" or any(each in scope["path"] for each in OTHER_PAGES):
            await self.app(scope, receive, send)
            return

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and is_page(message):
                message["headers"] = _completed(list(message["headers"]), secure=is_secure(connection))
            await send(message)

        await self.app(scope, receive, with_cookie)


def _note(connection: HTTPConnection, browser: str) -> None:
    cookies = {} if connection.url.path.endswith(SIGN_OUT) else connection.cookies
    LOGINS.note(browser, login_mark(dict(connection.headers), cookies, current()))


def is_page(message: Message) -> bool:
    types = [value for name, value in message.get("headers", ()) if name.lower() == b"content-type"]
    return message["status"] == 200 and any(each.startswith(b"text/html") for each in types)


def is_secure(connection: HTTPConnection) -> bool:
    """Whether the browser speaks TLS, to us or to a proxy. A header that a visitor invents changes their own cookie."""
    return connection.url.scheme == "https" or connection.headers.get("x-forwarded-proto") == "https"


def _completed(headers: list[tuple[bytes, bytes]], *, secure: bool) -> list[tuple[bytes, bytes]]:
    kept = [each for each in headers if each[0].lower() not in {b"cache-control", b"etag", b"last-modified"}]
    token = new_token()
    KNOWN.meet(browser_of(token))
    cookie = header_value(token, secure=secure).encode()
    return [*kept, (b"cache-control", b"private, no-store"), (b"set-cookie", cookie)]
