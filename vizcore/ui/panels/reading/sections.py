"""One question of the page at a time, all about the same page of text."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.ui import url_state
from vizcore.ui.panels.reading import alignment, fields, pages, record, rules
from vizcore.ui.panels.reading.engines import read_quietly, show_side_by_side
from vizcore.ui.panels.reading.inputs import choose_source
from vizcore.ui.panels.reading.page_state import (
    KEY,
    EngineReading,
    Source,
    choose_steps,
    chosen_steps,
    engines_here,
    sources,
)
from vizcore.ui.sections import Section
from vizcore.ui.toolbar import Toolbar

SECTIONS = {
    "engines": Section(N_("Two engines"), alignment.show),
    "alignment": Section(N_("Alignment"), alignment.show),
    "rules": Section(N_("Rules"), rules.show),
    "fields": Section(N_("Fields"), fields.show),
    "pages": Section(N_("Many pages"), pages.show),
}
OF_TEXTS = ("alignment", "rules", "fields")


def offered() -> dict[str, Section]:
    """Those that can be chosen; two texts need no engine."""
    return {key: SECTIONS[key] for key in OF_TEXTS} if _only_texts() else SECTIONS


def first() -> str:
    """The section on which the page opens."""
    return OF_TEXTS[0] if _only_texts() else "engines"


def _only_texts() -> bool:
    known = sources()
    return url_state.remembered_one(f"{KEY}.source", allowed=known, default=next(iter(known))) == "texts"


def show(section: str, bar: Toolbar) -> None:
    """The chosen section of the page that is chosen in the bar."""
    source = choose_source(bar)
    if source is None:
        return
    if section == "pages":
        _readings(source)  # the chosen page is one of them
        pages.show()
        return
    if section == "engines" and source.photo is not None:
        _show_engines(source)
        return
    readings = _readings(source)
    if not readings:
        return
    if source.truth is None and section != "fields":
        st.info(_("Type what stands in the photo, and the errors can be counted."), icon=":material/edit:")
        return
    SECTIONS[section].show(source, readings)
    if not engines_here():
        _say_what_is_missing()


def _say_what_is_missing() -> None:
    st.info(
        _(
            "No engine that reads pictures is on this machine, so two texts are compared here. The administrator"
            " installs RapidOCR (the extra [ocr], about 50 MB) or Tesseract (Debian: tesseract-ocr, tesseract-ocr-eng,"
            " tesseract-ocr-fra)."
        ),
        icon=":material/info:",
    )


def _show_engines(source: Source) -> None:
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
    if source.photo is None:
        return [EngineReading(_("What was read"), source.reading or "")]
    readings = read_quietly(source.photo)
    pages.remember(source, readings)
    return readings
