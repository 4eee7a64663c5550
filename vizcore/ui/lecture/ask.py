"""What does the class expect, before it sees the result?"""

from __future__ import annotations

from typing import Any

import streamlit as st

from vizcore.errors import VizError
from vizcore.figures.votes import vote_bars
from vizcore.i18n import _, ngettext
from vizcore.presenting.plan import Question
from vizcore.presenting.rooms import Room, Tally
from vizcore.ui.charts import show_chart
from vizcore.ui.fragments import fragment
from vizcore.ui.lecture.reach import audience_address, qr_svg
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.server.lecture_rooms import ROOMS
from vizcore.ui.theme_now import dark_now

EVERY_S = 1.0


def show(question: Question, room: Room | None, number: int) -> bool:
    """The question with its answers, hands to count, the code for phones; True when the result is to be shown."""
    with st.container(key="lecture-question", border=True):
        st.subheader(escaped(question.text, longest=400), anchor=False)
        words, phones = st.columns([3, 2], gap="large")
        with words:
            _show_answers(question, room, number)
            reveal = st.button(_("Show the result"), icon=":material/visibility:", key=f"lecture.reveal.{number}")
        with phones:
            _show_code(room)
    if reveal and room:
        _quietly(lambda: ROOMS.close_vote(room.code))
    return reveal


def show_outcome(question: Question | None, room: Room | None, number: int) -> None:
    """After the result: how the class had voted, in one line of bars; nothing where nobody did."""
    if question is None or room is None:
        return
    try:
        tally = ROOMS.tallies(room.code).get(number)
    except VizError:
        return
    if tally and sum(tally.total):
        with st.expander(_("What the class expected"), icon=":material/how_to_vote:", expanded=True):
            st.caption(escaped(question.text, longest=400))
            figure = vote_bars(question.answers, tally.total, dark=dark_now())
            show_chart(figure, key=f"lecture.outcome.{number}")


def _show_answers(question: Question, room: Room | None, number: int) -> None:
    hands = []
    counted = _counted(question, room, number)
    for place, answer in enumerate(question.answers):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{chr(65 + place)}**  {escaped(answer, longest=200)}", width="stretch")
            if room:
                key = f"lecture.hands.{number}.{place}"
                st.session_state.setdefault(key, counted[place])  # Streamlit forgets a field that is not shown
                hands.append(
                    st.number_input(_("Hands"), 0, 2000, step=1, key=key, label_visibility="collapsed", width=130)
                )
    if room:
        code = room.code
        _quietly(lambda: ROOMS.count_hands(code, tuple(hands)))
        st.caption(_("Count raised hands into the fields, or let phones vote."))


def _counted(question: Question, room: Room | None, number: int) -> tuple[int, ...]:
    """The hands of this question so far."""
    none = (0,) * len(question.answers)
    try:
        tally = ROOMS.tallies(room.code).get(number) if room else None
    except VizError:
        return none
    return tally.hands if tally and len(tally.hands) == len(none) else none


def _show_code(room: Room | None) -> None:
    if room is None:
        st.caption(_("Begin the lecture from its page to let phones vote."))
        return
    address = audience_address(room.code)
    if address is None:
        st.info(
            _(
                "Phones cannot reach this app: it answers this machine only. Start it with --server.address=0.0.0.0"
                " on a network you trust, or count hands."
            ),
            icon=":material/phonelink_off:",
        )
    else:
        st.image(qr_svg(address), width=200)
        st.markdown(f"{escaped(address)}  \n**{room.code}**")

    def count() -> None:
        try:
            tally: Tally = ROOMS.tally(room.code)
        except VizError:
            return
        n = sum(tally.answers)
        st.markdown(ngettext("{n} phone has voted", "{n} phones have voted", n).format(n=n))

    count.__qualname__ = "lecture_count"
    fragment(count, every_s=EVERY_S)


def _quietly(action: Any) -> None:
    """A room that has ended meanwhile does not stop the lecture."""
    try:
        action()
    except VizError:
        return
