"""One question of the page at a time, all about the same page of text."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.ui import url_state
from vizcore.ui.panels.reading.page_state import KEY, EngineReading, Source, choose_steps, chosen_steps

SECTIONS = {
    "engines": N_("Two engines"),
    "alignment": N_("Alignment"),
    "rules": N_("Rules"),
    "fields": N_("Fields"),
    "pages": N_("Many pages"),
}


def show() -> None:
    """The question and the page in one row, then the chosen section."""
    from vizcore.ui.panels.reading import alignment, fields, pages, rules
    from vizcore.ui.panels.reading.inputs import SOURCES, choose_source

    texts = {key: _(title) for key, title in SECTIONS.items()}
    start = "engines"
    if url_state.remembered_one(f"{KEY}.source", allowed=SOURCES, default="drawn") == "texts":
        texts, start = {key: texts[key] for key in ("alignment", "rules", "fields")}, "alignment"
    left, right = st.columns([5, 4])
    with left:
        chosen = url_state.choose_one(_("Question"), texts, key=f"{KEY}.section", default=start)
    source = choose_source(right)
    if source is None:
        return
    if chosen == "pages":
        pages.show()
        return
    if chosen == "engines" and source.photo is not None:
        _show_engines(source)
        return
    readings = _readings(source)
    if not readings:
        return
    if source.truth is None and chosen != "fields":
        st.info(_("Type what stands in the photo, and the errors can be counted."), icon=":material/edit:")
        return
    {"alignment": alignment.show, "engines": alignment.show, "rules": rules.show, "fields": fields.show}[chosen](
        source, readings
    )


def _show_engines(source: Source) -> None:
    from vizcore.ui.panels.reading import pages, record
    from vizcore.ui.panels.reading.engines import show_side_by_side

    if source.photo is None:
        return
    readings = show_side_by_side(source, source.photo, chosen_steps())
    pages.remember(source, readings)
    if source.truth is not None:
        with st.expander(_("What stands there"), icon=":material/check:"):
            st.code(source.truth, language=None, wrap_lines=True)
    choose_steps()
    record.show(source, readings)


def _readings(source: Source) -> list[EngineReading]:
    from vizcore.ui.panels.reading import pages
    from vizcore.ui.panels.reading.engines import read_quietly

    if source.photo is None:
        return [EngineReading(_("What was read"), source.reading or "")]
    readings = read_quietly(source.photo)
    pages.remember(source, readings)
    return readings
