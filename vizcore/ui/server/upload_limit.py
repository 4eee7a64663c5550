"""Who may upload, and how many bytes of uploaded files may lie in memory that no page has taken yet?

A browser may send any number of files to its session, whether a field asked for them or not, and Streamlit keeps them
until the session has ended. Each page takes its files and frees them at once, so that little lies here ordinarily.
A session stands behind the page that asks for a login, too: who sees no other page has nothing to upload.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.types import Scope

from vizcore.settings import current

log = logging.getLogger(__name__)
UPLOADS = "/_stcore/upload_file/"
LOOKS, LOOK_S = 30, 0.1
SHARE_OF_ONE = 0.5  # of the bytes of everybody that one session may hold


def held_bytes(session: str) -> tuple[int, int]:
    """Bytes that lie for this session, and for all of them together."""
    from streamlit.runtime import exists, get_instance
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

    manager = get_instance().uploaded_file_mgr if exists() else None
    if not isinstance(manager, MemoryUploadedFileManager):
        return 0, 0
    sizes = {
        key: sum(len(file.data) for file in list(files.values())) for key, files in list(manager.file_storage.items())
    }
    return sizes.get(session, 0), sum(sizes.values())


def may_upload(session: str) -> bool:
    """Whether the session's last run showed a page. True for one that is not connected, which Streamlit refuses."""
    from streamlit.runtime import exists, get_instance

    if not exists() or not get_instance().is_active_session(session):
        return True
    from vizcore.ui.session import visit_begun

    begun = visit_begun(session)
    return begun is not None and begun.let_in


class TooManyBytes(Exception):
    """What has come of an upload fits no more; never leaves this module."""


class UploadLimit:
    """Refuses an upload (403) to a session that was shown no page, and one (507) for which the files that still lie
    here, and those on their way, leave no room.

    What a request announces is not believed: a body without a length is counted as it comes, with all others that come
    at the same time, and ends where the room does. One that announces much and sends nothing takes nobody's room.
    """

    def __init__(
        self,
        app: Any,
        held: Callable[[str], tuple[int, int]] = held_bytes,
        allowed: Callable[[str], bool] = may_upload,
    ) -> None:
        self.app, self._held, self._allowed = app, held, allowed
        self._coming: Counter[str] = Counter()  # bytes that have arrived of unfinished uploads, by session

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] in {"PUT", "POST"} and UPLOADS in scope["path"]:
            await self._watched(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _watched(self, scope: Scope, receive: Any, send: Any) -> None:
        session = scope["path"].split(UPLOADS, 1)[1].split("/", 1)[0]
        if not await self._shown_a_page(session):
            log.warning("refused an upload: its session was shown no page")
            await PlainTextResponse("Sign in and open a page first", 403)(scope, receive, send)
            return
        arrived = 0

        async def counted() -> Scope:
            nonlocal arrived
            message: Scope = await receive()
            size = len(message.get("body", b""))
            arrived += size
            self._coming[session] += size
            if size and not self._fits(session, 0):
                raise TooManyBytes
            return message

        try:
            if not self._fits(session, _length(scope)):
                raise TooManyBytes
            await self.app(scope, counted, send)
        except TooManyBytes:
            log.warning("refused an upload: too many bytes that no page has taken")
            await PlainTextResponse("Too many uploaded files are waiting", 507)(scope, receive, send)
        finally:
            self._coming[session] -= arrived
            if not self._coming[session]:
                del self._coming[session]

    async def _shown_a_page(self, session: str) -> bool:
        """A connection that has just come back has its page in a moment."""
        for _ in range(LOOKS):
            if self._allowed(session):
                return True
            await asyncio.sleep(LOOK_S)
        return False

    def _fits(self, session: str, more: int) -> bool:
        limit = current().uploads_limit_mb * 1e6
        own, everybodys = self._held(session)
        own_coming, all_coming = self._coming[session], self._coming.total()
        return own + own_coming + more <= SHARE_OF_ONE * limit and everybodys + all_coming + more <= limit


def _length(scope: Scope) -> int:
    """As the request announces it, 0 if it does not; Streamlit itself ends a body beyond its largest upload."""
    value = dict(scope.get("headers", ())).get(b"content-length", b"0")
    return int(value) if value.isdigit() else 0
