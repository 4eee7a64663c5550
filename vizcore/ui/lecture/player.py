"""Where is the lecture now, and what stands around the page while it goes on?

The address says it (`?lecture=iou_to_map&step=3`), so that each step is a link; the room's code and the speaker's
secret stay in the session. A step with a question shows its page only after the vote.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from vizcore.errors import PlanInvalid, VizError
from vizcore.i18n import _
from vizcore.presenting.plan import Plan, Step
from vizcore.presenting.rooms import Room
from vizcore.ui import language, page_record, url_state
from vizcore.ui.error_panel import show_error
from vizcore.ui.lecture import ask, chrome, plans, rehearsal, remote
from vizcore.ui.lecture.session_keys import REVEALED as REVEALED
from vizcore.ui.lecture.session_keys import ROOM as ROOM
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.pages import PAGES
from vizcore.ui.report import buttons, drafts
from vizcore.ui.server.lecture_rooms import ROOMS

LECTURE, STEP = "lecture", "step"
ENTERED = "lecture.entered"


@dataclass(frozen=True)
class Place:
    """plan, and the step shown now, counted from 1."""

    plan: Plan
    number: int

    @property
    def step(self) -> Step:
        return self.plan.steps[self.number - 1]


def place_of(page: str) -> Place | None:
    """The step that the address names, if this is its page; a lecture that is not here any more is said and left."""
    key = st.query_params.get(LECTURE)
    if not key:
        return None
    try:
        plan = _rehearsed(key) or plans.plan_for(key, language.current(), _room_code())
        number = _number(st.query_params.get(STEP, "1"), len(plan.steps))
    except PlanInvalid as error:
        show_error(error)
        return None
    place = Place(plan, number)
    return place if place.step.page == page else None


def _rehearsed(key: str) -> Plan | None:
    """A lecture that its speaker brought and rehearses has no room yet: this session alone knows it."""
    held = rehearsal.going_on()
    return held.plan if held and held.plan.key == key else None


def _number(text: str, most: int) -> int:
    return min(max(int(text), 1), most) if text.isascii() and text.isdigit() and len(text) < 4 else 1


def enter(place: Place) -> None:
    """On arrival at a step: the page starts from the step's settings, whatever was tried before."""
    here = (place.plan.key, place.number)
    if st.session_state.get(ENTERED) != here:
        st.session_state[ENTERED] = here
        _announce(place)


def show_above(place: Place) -> bool:
    """The bar, the words, the question; whether the page itself may be shown now."""
    chrome.apply()
    rehearsed = rehearsal.going_on()
    if rehearsed and rehearsed.plan == place.plan:
        _rehearse(place, rehearsed)
    else:
        drafts.hold_lecture(place.plan, _room_code())
        _show_bar(place)
    if place.step.text:
        with st.container(key="lecture-words"):
            st.markdown(_plain_markdown(place.step.text))
    question = place.step.question
    if question is None or rehearsed or _result_shown(place):
        ask.show_outcome(question, st.session_state.get(ROOM), place.number)
        return True
    if ask.show(question, st.session_state.get(ROOM), place.number):
        st.session_state.setdefault(REVEALED, set()).add(place.number)
        st.rerun()
    return False


def rehearse(plan: Plan) -> None:
    """Through all steps once, without a room and without questions."""
    rehearsal.begin(plan)
    go(Place(plan, 1))


def _rehearse(place: Place, held: rehearsal.Rehearsal) -> None:
    """Waits for what the browser finds at this step, then goes to the next."""
    total = len(place.plan.steps)
    with st.container(horizontal=True, vertical_alignment="center", key="lecture-bar"):
        words = _("Rehearsal: step {n} of {total}").format(n=place.number, total=total)
        st.markdown(f"**{escaped(place.plan.title)}** · {words}", width="content")
        stop = st.button(_("Stop the rehearsal"), icon=":material/stop:", key="lecture.stop")
    found = rehearsal.told(place.number, held)
    following = held.take(place.number, found, page_record.before(), rehearsal.now()) if found else None
    if following:
        go(Place(place.plan, following))
    if found or stop:
        held.over = True
        _leave()


def _leave() -> None:
    st.switch_page(next(each for each in PAGES if each.key == "lecture").file)


def _result_shown(place: Place) -> bool:
    """Whether this step has no question, or its result was asked for."""
    return place.step.question is None or place.number in st.session_state.get(REVEALED, set())


def _room_code() -> str:
    room: Room | None = st.session_state.get(ROOM)
    return room.code if room else ""


def begin(plan: Plan) -> None:
    """A new room, and the first step."""
    rehearsal.forget()
    room = ROOMS.open_room(plan.key, plan.language)
    if plan.key == plans.OWN:
        plans.keep(room.code, plan)
    st.session_state[ROOM] = room
    drafts.hold_lecture(plan, room.code)
    st.session_state[REVEALED] = set()
    go(Place(plan, 1))


def go(place: Place) -> None:
    """To this step: its page with its settings, from a clean start."""
    step = place.step
    if rehearsed := rehearsal.going_on():
        rehearsed.began_at = rehearsal.now()
    url_state.forget_page(step.page)
    st.session_state.pop(ENTERED, None)
    entry = next(each for each in PAGES if each.key == step.page)
    where = {LECTURE: [place.plan.key], STEP: [str(place.number)], language.KEY: [place.plan.language]}
    st.switch_page(entry.file, query_params={**step.query(), **where})


def end() -> None:
    """The room is closed; the session keeps what was shown and the counts, for the hand-out."""
    room: Room | None = st.session_state.pop(ROOM, None)
    lecture = drafts.draft().lecture
    if lecture:
        from vizcore.ui.report import compose

        lecture.tallies, lecture.code = compose.tallies_of(lecture), ""
    if room:
        ROOMS.close_room(room.code)
    for key in (ENTERED, REVEALED):
        st.session_state.pop(key, None)


def _announce(place: Place) -> None:
    """Phones are asked what the screen asks: a question whose result is not shown takes votes, after a return too."""
    room: Room | None = st.session_state.get(ROOM)
    if room:
        try:
            ROOMS.show_step(room.code, place.number, place.step.question)
            if not _result_shown(place):
                ROOMS.open_vote(room.code)
        except VizError:
            st.session_state.pop(ROOM, None)  # ended after hours of silence: the steps go on without votes


def _show_bar(place: Place) -> None:
    total = len(place.plan.steps)
    with st.container(horizontal=True, vertical_alignment="center", key="lecture-bar"):
        back = st.button(_("Back"), icon=":material/arrow_back:", key="lecture.back", disabled=place.number == 1)
        onward = st.button(
            _("Next"), icon=":material/arrow_forward:", key="lecture.next", disabled=place.number == total
        )
        again = st.button(_("This step again"), icon=":material/replay:", key="lecture.again")
        st.markdown(
            f"**{escaped(place.plan.title)}** · " + _("step {n} of {total}").format(n=place.number, total=total),
            width="content",
        )
        _show_notes_link()
        buttons.show_in_lecture(place.number if _result_shown(place) else 0)
        leave = st.button(_("End"), icon=":material/stop:", key="lecture.end")
    pressed = remote.pressed()
    if leave:
        end()
        _leave()
    if again or pressed == "again":
        st.session_state.get(REVEALED, set()).discard(place.number)
        go(place)
    if (onward or pressed == "next") and place.number < total:
        go(Place(place.plan, place.number + 1))
    if (back or pressed == "back") and place.number > 1:
        go(Place(place.plan, place.number - 1))


def _show_notes_link() -> None:
    """The speaker's second window; its secret stands in the link alone, never on the screen."""
    room: Room | None = st.session_state.get(ROOM)
    if room:
        link = f"/speaker/{room.code}?{urlencode({'secret': room.secret})}"
        st.link_button(_("Notes"), link, icon=":material/open_in_new:")


def _plain_markdown(text: str) -> str:
    """Markdown without HTML: what looks like a tag is shown as text (Streamlit does not run it either)."""
    return text.replace("<", "&lt;")
