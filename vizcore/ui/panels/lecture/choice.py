"""Which lecture, and where are its room, its notes and its steps?"""

from __future__ import annotations

import streamlit as st

from vizcore.errors import VizError
from vizcore.i18n import _, ngettext
from vizcore.presenting.plan import MOST_BYTES, Plan
from vizcore.ui import access, language
from vizcore.ui.error_panel import errors_shown, show_error
from vizcore.ui.lecture import plans, player
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.pages import PAGES
from vizcore.ui.panels.lecture import outcome


def show() -> None:
    """The lectures as cards, each with its steps; beginning one takes the role of presenter on a shared server."""
    if not access.may("presenter"):
        st.info(_("On this server only presenters begin a lecture; you can look at every step below."))
    outcome.show()
    found = plans.shipped(language.current())
    for column, plan in zip(st.columns(min(3, len(found))), found[:3], strict=False):
        with column:
            _show_plan(plan)
    for plan in found[3:]:
        _show_plan(plan)
    with st.expander(_("A lecture of your own"), icon=":material/upload_file:"):
        _show_own()


def _show_plan(plan: Plan) -> None:
    with st.container(border=True, key=f"lecture-card-{plan.key}"):
        st.subheader(escaped(plan.title, longest=120), anchor=False)
        st.markdown(plan.opening.replace("<", "&lt;"))
        asked = sum(step.question is not None for step in plan.steps)
        steps = ngettext("{n} step", "{n} steps", len(plan.steps)).format(n=len(plan.steps))
        questions = ngettext("{n} question", "{n} questions", asked).format(n=asked)
        st.caption(f"{steps} · {questions}")
        if access.may("presenter"):
            _show_buttons(plan)
        with st.expander(_("Its steps")):
            st.markdown("\n".join(_line(plan, number) for number in range(1, len(plan.steps) + 1)))


def _show_buttons(plan: Plan) -> None:
    with st.container(horizontal=True):
        begin = st.button(_("Begin"), icon=":material/play_arrow:", key=f"lecture.begin.{plan.key}")
        rehearse = st.button(
            _("Rehearse"),
            icon=":material/fact_check:",
            key=f"lecture.rehearse.{plan.key}",
            help=_("Loads every model, walks through all steps, and says what is slow, missing or does not fit."),
        )
    if begin:
        with errors_shown():
            player.begin(plan)
    if rehearse:
        player.rehearse(plan)


def _line(plan: Plan, number: int) -> str:
    """A step as a link that can be copied; of one's own lecture, which nobody else has, by its words alone."""
    step = plan.steps[number - 1]
    title = next((_(each.title) for each in PAGES if each.key == step.page), step.page)
    words = step.text.splitlines()[0][:70] if step.text else ""
    shown = title if plan.key == plans.OWN else f"[{title}]({plan.link(number)})"
    return f"{number}. {shown} {escaped(words.strip('#* '), longest=70)}"


def _show_own() -> None:
    st.markdown(_("A Markdown file; the lesson below shows how one is written. It is kept for this lecture only."))
    file = st.file_uploader(_("Lecture (.md)"), type=["md"], key="lecture.own", max_upload_size=1)
    if file is None:
        return
    try:
        plan = plans.bring(file.getvalue()[: 2 * MOST_BYTES].decode("utf-8", errors="replace"))
    except VizError as error:
        show_error(error, about=file.name)
        return
    _show_plan(plan)
