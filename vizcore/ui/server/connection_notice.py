"""What does a visitor read whose browser gets the page but no socket, or whose server went away or was started again?

Streamlit shows a grey outline then, for ever. A small script in the page itself, which needs no socket, waits some
seconds and says one sentence; it takes it back when the connection is there, and says if another process answers then.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vizcore.i18n import LANGUAGES, _, speaking
from vizcore.ui.server.instance import INSTANCE
from vizcore.ui.server.visitor_cookie import OTHER_PAGES, is_page

PATIENCE_MS = 10_000
OF_THE_OLD_BODY = {b"content-length", b"content-encoding", b"etag", b"last-modified"}
END = b"</body>"


class ConnectionNotice:
    """Puts the script before the end of each page of the app."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or any(each in scope["path"] for each in OTHER_PAGES):
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def watched(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and is_page(message):
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    await _send_whole(start, body, send)

        await self.app(scope, receive, watched)


async def _send_whole(start: Message, body: bytes, send: Send) -> None:
    headers = list(start["headers"])
    if any(name.lower() == b"content-encoding" and value == b"gzip" for name, value in headers):
        body = gzip.decompress(body)
    page, end, rest = body.rpartition(END)
    whole = page + _script() + end + rest if end else body
    kept = [each for each in headers if each[0].lower() not in OF_THE_OLD_BODY]
    await send({**start, "headers": [*kept, (b"content-length", str(len(whole)).encode())]})
    await send({"type": "http.response.body", "body": whole})


@cache
def _script() -> bytes:
    source = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    words = json.dumps({code: _words(code) for code in LANGUAGES}).replace("</", "<\\/")
    script = source.replace("WORDS", words).replace("PATIENCE_MS", str(PATIENCE_MS)).replace("INSTANCE", INSTANCE)
    return f"<script>{script}</script>".encode()


def started_again() -> str:
    return _(
        "The server has been started again since you were here. Pictures that you had brought and work under way"
        " are gone; settings and samples stand in the address."
    )


def _words(code: str) -> dict[str, str]:
    with speaking(code):
        return {
            "never": _(
                "The server answers, but the lasting connection that this app needs does not come about: a proxy or a"
                " filter in between lets no websocket through. Please try another browser or network, or tell the"
                " administrator."
            ),
            "anew": started_again(),
            "lost": _("The connection to the server is lost; this page connects again by itself as soon as it can."),
        }
