"""What stands around every page: page settings, language, navigation, the tray, the state of the machine.

A folder named `pages/` beside the entry script makes Streamlit run a page's file directly on the first request of a
fresh server. `app.py` and every page therefore go through here: a page outside the shell runs the shell instead.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import streamlit as st
from streamlit.proto.RootContainer_pb2 import RootContainer
from streamlit.runtime.scriptrunner import get_script_run_ctx

from vizcore.i18n import _, ngettext
from vizcore.ui import (
    access,
    browser_back,
    deletion,
    first_imports,
    handover,
    keyboard,
    language,
    left_uploads,
    page_record,
    picture_zoom,
    style,
    system_theme,
    tray,
    url_state,
    visit_limits,
)
from vizcore.ui.brand import NAME, icon
from vizcore.ui.engine_status import show_engine_status
from vizcore.ui.lecture import player
from vizcore.ui.pages import built_pages, page_asked_for
from vizcore.ui.report import buttons, drafts
from vizcore.ui.session import visit_begun
from vizcore.ui.turns import TURNS

_inside: ContextVar[bool] = ContextVar("inside the shell", default=False)


def run() -> None:
    """The whole application for one run: frame, then the page in the address."""
    # Before st.navigation, which else fetches the page's own icon. The number: the sidebar's width in pixels.
    st.set_page_config(page_icon=icon(), layout="wide", initial_sidebar_state=style.SIDEBAR_PX)
    refused = access.refusal() or visit_limits.refusal()
    if not refused:
        handover.arrive()
    elif held := visit_begun():
        held.let_in = False
    language.settle()
    with TURNS.one(_show_line, page_asked_for()):
        _draw(refused)


def _draw(refused: access.Refusal | None) -> None:
    page = st.navigation(_sections(bool(refused)), expanded=True, position="hidden" if refused else "sidebar")
    title = f"{page.title} · {NAME}" if page.url_path else NAME
    st.set_page_config(page_title=title, initial_sidebar_state=style.SIDEBAR_PX)
    style.apply()
    if refused:
        access.show_gate(refused)
    try:
        _show(page)
    finally:
        handover.keep()


def _show_line(before: int) -> None:
    """What stands in place of a page that waits; the page is drawn over it, from the same first place on."""
    context = get_script_run_ctx()
    if context is None:
        return
    words = ngettext(
        "Many visitors came at the same moment; {n} page is drawn before yours.",
        "Many visitors came at the same moment; {n} pages are drawn before yours.",
        before,
    )
    context.cursors.pop(RootContainer.MAIN, None)
    st.info(words.format(n=before), icon=":material/hourglass_top:")  # this is where Streamlit can end an outdated run
    context.cursors.pop(RootContainer.MAIN, None)


def _show(page: Any) -> None:
    """The frame and the page of a visitor who may see it."""
    browser_back.keep_one_entry_a_page()
    may = access.may_all()
    keyboard.listen(entry for entry in built_pages() if may(entry.role))
    picture_zoom.listen()
    system_theme.follow()
    url_state.arrive(page.url_path)
    drafts.settle(page.url_path or "home", page.title, page_record.begin())
    tray.take_from_address()
    machine = _show_sidebar()
    left_uploads.forget_left(page.url_path)
    handover.say()
    tray.show_refusals()
    if page.url_path:
        first_imports.import_once()
    token = _inside.set(True)
    try:
        place = player.place_of(page.url_path)
        if place:
            player.enter(place)
        if place is None or player.show_above(place):
            page.run()
    finally:
        _inside.reset(token)
        page_record.record().settings = url_state.values_of(page.url_path or "home")
    show_engine_status(machine)


def require() -> None:
    """The first line of every page: makes sure that the shell stands around it."""
    if not _inside.get():
        run()
        st.stop()


def _sections(unseen: bool) -> dict[str, list[Any]]:
    """The visitor's pages; all of them where the navigation is hidden anyway, since it must not be empty."""
    sections: dict[str, list[Any]] = {}
    may = access.may_all()
    for entry in built_pages():
        if not unseen and not may(entry.role):
            continue
        page = st.Page(entry.file, title=_(entry.title), icon=entry.icon, default=entry.key == "home")
        sections.setdefault(_(entry.section), []).append(page)
    return sections


def _show_sidebar() -> Any:
    with st.sidebar:
        tray.show_tray(deletion.delete_all)
        st.divider()
        language.show_switch()
        buttons.show_in_sidebar()
        access.show_sign_out(deletion.delete_all)
        machine = st.empty()
        show_engine_status(machine)
    return machine
