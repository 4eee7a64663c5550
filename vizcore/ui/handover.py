"""How do a visitor's pictures and settings survive a page that is loaded again, or a connection that was lost for long?

Streamlit gives every page load a new session. When a session's socket closes, what it held is copied and kept for the
same browser and person; the next session of theirs takes it. A widget's own value is not carried: those that matter
stand in the address, or under `url_state.CHOSEN`.
"""

from __future__ import annotations

import copy
import time
from dataclasses import fields, is_dataclass, replace
from typing import Any

import streamlit as st

from vizcore.i18n import ngettext
from vizcore.presenting.rooms import Room
from vizcore.settings import current
from vizcore.ui import session_models, shared_boxes, url_state
from vizcore.ui.lecture.session_keys import REVEALED, ROOM
from vizcore.ui.owner import has_cookie, owner_now
from vizcore.ui.report.drafts import HANDOUT
from vizcore.ui.server.connection_notice import started_again
from vizcore.ui.session import Visit, visit
from vizcore.ui.tray import state as tray_state
from vizcore.ui.tray import strip
from vizcore.ui.visitor.known_browsers import KNOWN
from vizcore.ui.visitor.left_visits import LEFT, Belongings

LECTURE = frozenset({ROOM, REVEALED, HANDOUT})  # a lecture that goes on, or its hand-out
GRACE_S = 10.0  # a reload may open the new socket a moment before the old one is known to be closed
RAN_BEFORE = (url_state.CHOSEN, url_state.PAGE)  # in the state of a session that has run once


def arrive() -> None:
    """At the beginning of a run, before any text is made: takes what the visitor's last session left."""
    now = visit()
    owner = now.owner = now.owner or owner_now()
    now.let_in = True
    if not now.runs:
        now.at_leave.append(lambda: _leave(now))
        now.goes_on = any(key in st.session_state for key in RAN_BEFORE)
        now.forgotten = has_cookie() and not KNOWN.meet(owner.browser)
    now.runs += 1
    if now.settled or (_tray_has_pictures() and not now.goes_on):
        return
    left = LEFT.take(owner, now.session, any_session=not now.goes_on)
    if left is not None:
        _restore(left, now)
        now.came_back = not now.goes_on
    now.settled = left is not None or now.goes_on or time.monotonic() - now.began > GRACE_S


def keep() -> None:
    """At the end of a run: notes what would be left if the socket closed now."""
    visit().belongings = {key: value for key, value in st.session_state.items() if is_carried(str(key), value)}


def say() -> None:
    """One line after a return, once."""
    now = visit()
    if now.forgotten:
        now.forgotten = False
        st.toast(started_again(), icon=":material/restart_alt:", duration="long")
    if not now.came_back:
        return
    now.came_back = False
    if count := len(tray_state.photos()):
        words = ngettext(
            "{n} picture and your settings are here again.", "{n} pictures and your settings are here again.", count
        )
        st.toast(words.format(n=count), icon=":material/history:")


def is_carried(key: str, value: Any) -> bool:
    """Settings, a lecture, what each page's row of pictures shows, boxes shared between pages, and whatever knows its
    visit."""
    if key in {url_state.CHOSEN, shared_boxes.KEY, tray_state.KEY, *LECTURE}:
        return True
    return is_dataclass(value) and (key.startswith(strip.PREFIX) or any(each.name == "visit" for each in fields(value)))


def copied(value: Any) -> Any:
    """A copy whose containers are its own; pictures and results in them, which nobody changes, are shared, and so is a
    lecture's room, which phones go on to vote in."""
    if isinstance(value, Room):
        return value
    if isinstance(value, session_models.VisitModels):
        value = value.to_leave()
    if is_dataclass(value) and not isinstance(value, type):
        own = {each.name: _container(getattr(value, each.name)) for each in fields(value)}
        return replace(value, **(own | ({"visit": None} if "visit" in own else {})))
    return _container(value)


def _container(value: Any) -> Any:
    return copy.copy(value) if isinstance(value, (dict, list, set)) else value


def _leave(ended: Visit) -> None:
    """The tray is emptied here, so that its pictures have one holder and one end."""
    belongings, ended.belongings = ended.belongings, {}
    if not ended.deleted and ended.owner is not None and belongings:
        state = {key: copied(value) for key, value in belongings.items()}
        LEFT.put(ended.owner, ended.session, Belongings(state, frozenset(ended.own_photos)), current().keep_visit_s)
    held = belongings.get(tray_state.KEY)
    if isinstance(held, tray_state.Tray):
        held.entries.clear()


def _restore(left: Belongings, now: Visit) -> None:
    other_lecture = ROOM in st.session_state  # begun here meanwhile
    for key, value in left.state.items():
        if other_lecture and key in LECTURE:
            continue
        if key == url_state.CHOSEN:
            value = {**value, **st.session_state.get(key, {})}
        st.session_state[key] = copied(value)
    now.own_photos |= left.own_photos


def _tray_has_pictures() -> bool:
    held = st.session_state.get(tray_state.KEY)
    return isinstance(held, tray_state.Tray) and bool(held.entries)
