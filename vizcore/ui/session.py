"""Which visitor is this run for, what does the server hold for that visitor, and what ends with the visit?"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from vizcore.errors import VizError

if TYPE_CHECKING:
    from vizcore.engine import Engine, JobHandle


@dataclass
class Visit:
    """What one session holds outside its widgets; `leave` runs when its tab closes.

    jobs, refusals: by the key of their job panel. own_photos: hashes of the pictures that the visitor brought.
    left: the tab was closed; what still works for it may stop.
    """

    session: str
    jobs: dict[str, JobHandle] = field(default_factory=dict)
    refusals: dict[str, VizError] = field(default_factory=dict)
    own_photos: set[str] = field(default_factory=set)
    at_leave: list[Callable[[], None]] = field(default_factory=list)
    left: bool = False

    def leave(self) -> None:
        """Stops what the session has waiting or running, and forgets what was found in its pictures."""
        self.left = True
        with _open_lock:
            _open.discard(self.session)
        for action in self.at_leave:
            action()
        engine().close_session(self.session)
        self.forget(set(self.own_photos))

    def forget(self, photos_sha256: set[str]) -> None:
        """Drops the kept answers about these pictures, as far as they are the visitor's own."""
        engine().forget(photos_sha256 & self.own_photos)
        self.own_photos -= photos_sha256


def session_id() -> str:
    """The identifier of the running session; "local" outside one."""
    context = get_script_run_ctx()
    return context.session_id if context else "local"


def visit() -> Visit:
    """This session's visit, the same object for as long as the tab is open."""
    return _visit_of(session_id())


_open: set[str] = set()
_open_lock = threading.Lock()


def open_visits() -> int:
    """How many sessions this process holds now, whose tabs are open or were closed a moment ago."""
    return len(_open)


@st.cache_resource(scope="session", show_spinner=False, on_release=lambda visit: visit.leave())
def _visit_of(session: str) -> Visit:
    with _open_lock:
        _open.add(session)
    return Visit(session)


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """The process-wide engine; asking for it loads no model and no heavy library."""
    from vizcore.engine import shared_engine

    return shared_engine()
