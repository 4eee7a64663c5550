"""Which of Streamlit's own addresses answer to this machine alone?

Its numbers for a monitoring program and its interface for programs ask for no login. Whoever runs the server may read
them on it; a proxy that forgets to close them gives nothing away.
"""

from __future__ import annotations

import re

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from vizcore.access import sits_here

CLOSED = re.compile(r"/_stcore/(metrics|agent(/.*)?)/?")


class ClosedPaths:
    """404 for everybody else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and CLOSED.search(scope["path"]) and not _from_here(scope):
            await PlainTextResponse("Not Found", 404)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _from_here(scope: Scope) -> bool:
    connection = HTTPConnection(scope)
    return connection.client is not None and sits_here(connection.client.host, connection.headers)
