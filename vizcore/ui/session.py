"""Which visitor is this run for, what does the server hold for that visitor, and what ends with the visit?"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from vizcore.errors import VizError
from vizcore.ui.each_by_itself import each_by_itself

if TYPE_CHECKING:
    from vizcore.engine import Engine, JobHandle
    from vizcore.ui.visitor.cookie import Owner
    from vizcore.zoo.weights import DownloadHandle


@dataclass(eq=False)
class Visit:
    """What one session holds outside its widgets; `leave` runs when its tab closes.

    jobs, refusals: by the key of their job panel. downloads: by the card's key.
    own_photos: hashes of the pictures that the visitor brought.
    left: the tab was closed; what still works for it may stop. owner: who may take what it leaves (ui/visitor).
    belongings: what it would leave, by the keys of the session's state. deleted: it leaves nothing.
    began: by the monotonic clock. runs: of the shell. goes_on: its session lives on after a short loss of connection.
    let_in: the last run showed a page, and not why it may not be seen; counted in `visits_limit` and `visits_each`.
    forgotten: its browser was here before this process began, which is not said yet.
    settled: it has looked for what an earlier visit left; came_back: and found it, which is not said yet.
    """

    session: str
    jobs: dict[str, JobHandle] = field(default_factory=dict)
    refusals: dict[str, VizError] = field(default_factory=dict)
    downloads: dict[str, DownloadHandle] = field(default_factory=dict)
    own_photos: set[str] = field(default_factory=set)
    at_leave: list[Callable[[], None]] = field(default_factory=list)
    left: bool = False
    owner: Owner | None = None
    belongings: dict[Any, Any] = field(default_factory=dict)
    deleted: bool = False
    began: float = field(default_factory=time.monotonic)
    runs: int = 0
    goes_on: bool = False
    let_in: bool = False
    settled: bool = False
    came_back: bool = False
    forgotten: bool = False

    def leave(self) -> None:
        """Stops what the session has waiting or running, and forgets what was found in its pictures.

        Streamlit tells of the end once: what one step cannot do keeps no other from being done.
        """
        self.left = True
        with _open_lock:
            if _open.get(self.session) is self:
                del _open[self.session]
        steps: list[Callable[[], object]] = [
            *self.at_leave,
            *(download.leave for download in self.downloads.values()),
            lambda: drop_media(self.session),
            lambda: engine().close_session(self.session),
            lambda: self.forget(set(self.own_photos)),
        ]
        each_by_itself(steps, "at the end of a visit")

    def forget(self, photos_sha256: set[str]) -> None:
        """Drops the kept answers about these pictures, as far as they are the visitor's own."""
        if gone := photos_sha256 & self.own_photos:
            engine().forget(gone)
        self.own_photos -= photos_sha256


def drop_media(session: str) -> None:
    """Frees the pictures and files that were made for this session's browser, which Streamlit keeps for much longer."""
    if not exists():
        return
    media = get_instance().media_file_mgr
    media.clear_session_refs(session)
    media.remove_orphaned_files()
    media.remove_orphaned_files()  # a file to download is only marked by the first


def session_id() -> str:
    """The identifier of the running session; "local" outside one."""
    context = get_script_run_ctx()
    return context.session_id if context else "local"


def visit() -> Visit:
    """This session's visit, the same object for as long as the tab is open."""
    return _visit_of(session_id())


_open: dict[str, Visit] = {}  # by session
_open_lock = threading.Lock()


def visit_begun(session: str | None = None) -> Visit | None:
    """The visit of this session, of the running one without; None where none has begun, and none begins by asking."""
    return _open.get(session_id() if session is None else session)


def open_visits() -> int:
    """How many sessions this process holds now, whose tabs are open or were closed a moment ago."""
    return len(_open)


def let_in_beside(visit: Visit) -> list[Visit]:
    """The other visits that are open and were let in."""
    with _open_lock:
        return [each for each in _open.values() if each is not visit and each.let_in]


@st.cache_resource(scope="session", show_spinner=False, on_release=lambda visit: visit.leave())
def _visit_of(session: str) -> Visit:
    begun = Visit(session)
    with _open_lock:
        _open.pop(session, None)
        _open[session] = begun
    return begun


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """The process-wide engine; asking for it loads no model and no heavy library."""
    from vizcore.engine import shared_engine

    shared = shared_engine()
    shared.know_visitors(_visitor_of)
    return shared


def _visitor_of(session: str) -> str:
    """By who signed in, wherever from; without a login by the browser; "" while neither is known."""
    known = _open.get(session)
    owner = known.owner if known else None
    return (owner.identity or owner.browser) if owner else ""
