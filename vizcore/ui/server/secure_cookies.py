"""Do all cookies of an answer that comes by TLS stay with TLS?

Streamlit sets those of the login without `Secure`, because they shall work on a laptop without TLS too; a first request
by plain HTTP, before the proxy sends it on, would carry them over the network as they are.
"""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vizcore.ui.server.visitor_cookie import is_secure


class SecureCookies:
    """Adds `Secure` to each Set-Cookie that has none, where the browser speaks TLS."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_secure(HTTPConnection(scope)):
            await self.app(scope, receive, send)
            return

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [_secured(*each) for each in message.get("headers", ())]
            await send(message)

        await self.app(scope, receive, secured)


def _secured(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    if name.lower() != b"set-cookie":
        return name, value
    attributes = {piece.strip().lower() for piece in value.split(b";")[1:]}
    return name, value if b"secure" in attributes else value + b"; Secure"
