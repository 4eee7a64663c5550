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
from vizcore.ui import language, url_state
from vizcore.ui.error_panel import show_error
from vizcore.ui.lecture import ask, chrome, plans, remote
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.pages import PAGES
from vizcore.ui.server.lecture_rooms import ROOMS

LECTURE, STEP = "lecture", "step"
ROOM = "lecture.room"
ENTERED = "lecture.entered"
REVEALED = "lecture.revealed"


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
    room: Room | None = st.session_state.get(ROOM)
    try:
        plan = plans.plan_for(key, language.current(), room.code if room else "")
        number = _number(st.query_params.get(STEP, "1"), len(plan.steps))
    except PlanInvalid as error:
        show_error(error)
        return None
    place = Place(plan, number)
    return place if place.step.page == page else None


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
    _show_bar(place)
    if place.step.text:
        st.markdown(_plain_markdown(place.step.text))
    if place.step.question is None or place.number in st.session_state.get(REVEALED, set()):
        ask.show_outcome(place.step.question, st.session_state.get(ROOM), place.number)
        return True
    if ask.show(place.step.question, st.session_state.get(ROOM), place.number):
        st.session_state.setdefault(REVEALED, set()).add(place.number)
        st.rerun()
    return False


def begin(plan: Plan) -> None:
    """A new room, and the first step."""
    room = ROOMS.open_room(plan.key, plan.language)
    if plan.key == plans.OWN:
        plans.keep(room.code, plan)
    st.session_state[ROOM] = room
    st.session_state[REVEALED] = set()
    go(Place(plan, 1))


def go(place: Place) -> None:
    """To this step: its page with its settings, from a clean start."""
    step = place.step
    _forget_settings(step.page)
    st.session_state.pop(ENTERED, None)
    entry = next(each for each in PAGES if each.key == step.page)
    where = {LECTURE: [place.plan.key], STEP: [str(place.number)], language.KEY: [place.plan.language]}
    st.switch_page(entry.file, query_params={**step.query(), **where})


def end() -> None:
    """The room and its votes are forgotten; the hand-out has to be made before."""
    room: Room | None = st.session_state.pop(ROOM, None)
    if room:
        ROOMS.close_room(room.code)
    for key in (ENTERED, REVEALED):
        st.session_state.pop(key, None)


def _forget_settings(page: str) -> None:
    """What was chosen on this page before does not reach into the step."""
    chosen = st.session_state.get(url_state.CHOSEN, {})
    for key in [key for key in chosen if key.startswith(f"{page}.")]:
        del chosen[key]
    for key in [key for key in st.session_state if str(key).startswith((f"{page}.", f"strip.{page}"))]:
        del st.session_state[key]
    st.session_state.pop(url_state.PAGE, None)


def _announce(place: Place) -> None:
    room: Room | None = st.session_state.get(ROOM)
    if room:
        try:
            ROOMS.show_step(room.code, place.number, place.step.question)
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
        leave = st.button(_("End"), icon=":material/stop:", key="lecture.end")
    pressed = remote.pressed()
    if leave:
        end()
        st.switch_page(next(each for each in PAGES if each.key == "lecture").file)
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
