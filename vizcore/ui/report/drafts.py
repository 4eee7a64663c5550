"""Where does the server hold what a session's report will be made of, and how does the browser name it?

A draft belongs to one session and is forgotten with it. Its token stands in that session's page alone; whoever has it
can ask for that report and for nothing else.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

import streamlit as st

from vizcore.errors import ReportRefused
from vizcore.i18n import current_language
from vizcore.presenting.plan import Plan
from vizcore.presenting.report import Section
from vizcore.presenting.rooms import Tally
from vizcore.presenting.shown import MOST_PICTURES
from vizcore.ui.page_record import PageRecord
from vizcore.ui.session import visit

KEY = "report.draft"
HANDOUT = "report.handout"  # the session's Lecture, which outlives its draft at a reload


@dataclass
class Lecture:
    """The lecture that goes on in this session, or the last one. shown: by step, as it was seen last."""

    plan: Plan
    code: str = ""
    shown: dict[int, Section] = field(default_factory=dict)
    tallies: Mapping[int, Tally] = field(default_factory=dict)

    @property
    def pictures_a_step(self) -> int:
        """So that the last step still has its pictures when the report is full."""
        return max(1, MOST_PICTURES // max(1, len(self.plan.steps)))


@dataclass(eq=False)
class Draft:
    """page: key and title of what is shown now, with what it was computed by. step: of the lecture, 0 outside one.

    turn: whose request the report route serves now.
    """

    token: str
    language: str = "en"
    page: str = "home"
    title: str = ""
    record: PageRecord = field(default_factory=PageRecord)
    own_photos: frozenset[str] = frozenset()
    lecture: Lecture | None = None
    step: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


_drafts: WeakValueDictionary[str, Draft] = WeakValueDictionary()
_lock = threading.Lock()


def draft() -> Draft:
    """This session's draft."""
    if KEY not in st.session_state:
        made = Draft(secrets.token_urlsafe(18))
        with _lock:
            _drafts[made.token] = made
        st.session_state[KEY] = made
    held: Draft = st.session_state[KEY]
    return held


def settle(page: str, title: str, record: PageRecord) -> None:
    """What is shown in this run, before the page itself runs."""
    held = draft()
    held.page, held.title, held.record, held.step = page, title, record, 0
    held.lecture = st.session_state.get(HANDOUT)
    held.language = current_language()
    held.own_photos = frozenset(visit().own_photos)


def hold_lecture(plan: Plan, code: str) -> None:
    """This lecture goes on, in this room (or none): its steps are gathered from now on."""
    held = draft()
    if held.lecture is None or held.lecture.plan != plan or (code and held.lecture.code != code):
        held.lecture = st.session_state[HANDOUT] = Lecture(plan, code)


def draft_of(token: str) -> Draft:
    """The draft of this token; ReportRefused when its session is over."""
    with _lock:
        found = _drafts.get(token)
    if found is None:
        raise ReportRefused(reason="gone")
    return found
