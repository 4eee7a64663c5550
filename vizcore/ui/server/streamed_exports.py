"""Puts a large file's pieces in the place of its mark (`ui/export_streams`) while it goes to the browser.

The answer around the mark is Streamlit's own: its address, its type, the name of the file. A browser that leaves ends
the making; a file that cannot be made to its end is a broken connection, never a short file that looks whole.
"""

from __future__ import annotations

from collections.abc import Generator
from itertools import chain
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vizcore.errors import TooManyRequests, VizError
from vizcore.i18n.sentences import sentence_for
from vizcore.ui.export_streams import MARK_BYTES, STREAMS

NOT_OF_THE_FILE = {b"content-length", b"accept-ranges", b"etag"}


class StreamedExports:
    """Looks at answers of Streamlit's media route that are as long as a mark; all others pass as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        STREAMS.served = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or "/media/" not in str(scope["path"]):
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        pieces: Generator[bytes, None, None] | None = None

        async def watched(message: Message) -> None:
            nonlocal start, pieces
            if message["type"] == "http.response.start" and _may_be_mark(message):
                start = message
                return
            if start is not None and pieces is None:
                pieces = STREAMS.stream(bytes(message.get("body", b"")))
                if pieces is None:
                    held, start = start, None
                    await send(held)
            if pieces is None:
                await send(message)

        await self.app(scope, receive, watched)
        if start is not None and pieces is not None:
            await _stream(pieces, start, (scope, receive, send))


def _may_be_mark(start: Message) -> bool:
    headers = dict(start.get("headers", ()))
    return start["status"] == 200 and headers.get(b"content-length") == str(MARK_BYTES).encode()


async def _stream(pieces: Generator[bytes, None, None], start: Message, call: tuple[Any, Receive, Send]) -> None:
    try:
        first = await run_in_threadpool(next, pieces, b"")
        answer = StreamingResponse(chain([first], pieces), 200)
        answer.raw_headers = [each for each in start["headers"] if each[0].lower() not in NOT_OF_THE_FILE]
    except VizError as error:
        status = 429 if isinstance(error, TooManyRequests) else 410
        await PlainTextResponse(sentence_for(error), status)(*call)
        return
    try:
        await answer(*call)
    except VizError:
        return  # without a last piece: the server breaks the connection
    finally:
        pieces.close()
