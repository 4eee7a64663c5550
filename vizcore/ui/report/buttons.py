"""Where does a visitor take away what a page or a lecture shows, and open it again?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from vizcore.errors import VizError
from vizcore.i18n import LANGUAGES, _
from vizcore.presenting.report import MOST_BYTES, Entry, read_report
from vizcore.presenting.shown import MOST_PICTURES
from vizcore.ui import language, url_state
from vizcore.ui.error_panel import show_error
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.pages import PAGES, built_pages
from vizcore.ui.report.drafts import draft

BROWSER = Path(__file__).parent / "browser"
SCRIPTS = ("rest.js", "capture.js", "report.js")  # joined in this order
GENERATION = "report.generation"  # a part of the upload field's key, so that an opened file leaves it empty


@cache
def _component() -> Callable[..., Any]:
    script = "\n".join((BROWSER / name).read_text(encoding="utf-8") for name in SCRIPTS)
    html, css = (BROWSER / "report.html").read_text("utf-8"), (BROWSER / "buttons.css").read_text("utf-8")
    return st.components.v2.component("vizcore_report", html=html, css=css, js=script)


def show_in_sidebar() -> None:
    """A fold with the report of this page, its JSON, and a field that opens such a JSON again."""
    with st.popover(_("Report"), icon=":material/summarize:", width="stretch", key="report-fold"):
        st.markdown(_("What this page shows, with its settings, seeds, versions and the models' hashes."))
        _show_buttons(("page", "page-json"), key="report.page")
        _show_reopening()


def show_in_lecture(step: int) -> None:
    """The hand-out of all steps so far; the step that is shown now is kept for it as soon as it is at rest."""
    held = draft()
    held.step = step
    most = held.lecture.pictures_a_step if held.lecture else MOST_PICTURES
    _show_buttons(("lecture",), key="report.lecture", step=step, most=most)


def show_after_lecture() -> None:
    """The hand-out of the lecture that was held last in this session."""
    _show_buttons(("lecture", "lecture-json"), key="report.after")


def _show_buttons(forms: Sequence[str], *, key: str, step: int = 0, most: int = MOST_PICTURES) -> None:
    texts = {
        "page": (_("Report of this page"), _("One HTML file to read and to print, pictures inside")),
        "page-json": ("JSON", _("Opens this page again with its settings")),
        "lecture": (_("Hand-out"), _("One HTML file of all steps that were shown, with the class's answers")),
        "lecture-json": ("JSON", _("Opens each page of the lecture again with its settings")),
    }
    # Of lists and mappings Streamlit asks pandas whether they are tables, which would load it before the first paint.
    shown = tuple({"key": each, "label": texts[each][0], "help": texts[each][1]} for each in forms)
    data = {
        "token": draft().token, "forms": shown, "step": step, "most": most, "working": _("Being made …"),
        "failed": _("The server cannot be reached; please try again."),
    }  # fmt: skip
    _component()(key=key, data=data)


def _show_reopening() -> None:
    generation = st.session_state.setdefault(GENERATION, 0)
    label = _("Open a report's JSON again")
    file = st.file_uploader(label, type=["json"], key=f"report.open.{generation}", max_upload_size=2)
    if file is None:
        return
    try:
        found = read_report(
            file.getvalue()[: MOST_BYTES + 1], pages={page.key for page in built_pages()}, languages=LANGUAGES
        )
    except VizError as error:
        show_error(error, about=file.name)
        return
    if len(found.entries) == 1:
        _open(found.entries[0], found.language)
    for place, entry in enumerate(found.entries):
        if st.button(escaped(entry.title, longest=80), key=f"report.entry.{place}", type="tertiary"):
            _open(entry, found.language)


def _open(entry: Entry, code: str) -> None:
    """To the page with the settings of the report, from a clean start."""
    st.session_state[GENERATION] += 1
    url_state.forget_page(entry.page)
    if entry.own_photos:
        st.toast(_("The report's own pictures are not in its file; please add them again."), icon=":material/info:")
    page = next(each for each in PAGES if each.key == entry.page)
    st.switch_page(page.file, query_params={**entry.query(), language.KEY: [code]})
