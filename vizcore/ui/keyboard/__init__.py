"""Which keys work on every page? / searches the pages, ? names the keys, arrows walk the sections of a page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import streamlit as st

from vizcore.figures.theme import INK, PAPER
from vizcore.i18n import _
from vizcore.ui.pages import PageEntry
from vizcore.ui.theme_now import dark_now

HERE = Path(__file__).parent


def listen(pages: Iterable[PageEntry]) -> None:
    """To be called in each run: the words follow the language, the pages the visitor's role."""
    named = [{"path": "" if page.key == "home" else page.key, "title": _(page.title)} for page in pages]
    script = _read("keyboard.js").replace("WORDS", _json(_words())).replace("PAGES", _json(named))
    ink, paper = (INK.dark, PAPER.dark) if dark_now() else (INK.light, PAPER.light)
    colours = f"dialog.vizcore-keys {{ color: {ink}; background: {paper}; }}"
    with st.sidebar:
        st.html(f"<style>{_read('keyboard.css')}{colours}</style>")
        st.html(f"<script>(() => {{{script}}})();</script>", unsafe_allow_javascript=True)


def _words() -> dict[str, object]:
    return {
        "search": _("Search the pages"),
        "none": _("No page is called that."),
        "help": _("Keys"),
        "keys": [
            ["/", _("Search the pages")],
            ["← →", _("The section before or after this one")],
            ["+ − 0", _("On a picture that has the focus: enlarge it and those beside it, make smaller, show all")],
            ["?", _("These keys")],
            ["Esc", _("Close")],
            ["PageDown, PageUp", _("In a lecture: the next step, the step before")],
            ["R, B, F, Z, C", _("In a lecture: this step again, blank, freeze, enlarge a figure, controls")],
        ],
    }


def _json(value: object) -> str:
    return json.dumps(value).replace("</", "<\\/")


@cache
def _read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
