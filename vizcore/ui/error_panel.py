"""What does a visitor see when something went wrong? One sentence, in place, while the rest of the page stays."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from vizcore.errors import InternalError, VizError
from vizcore.i18n.pieces import named
from vizcore.i18n.sentences import sentence_for_page
from vizcore.ui import page_record
from vizcore.ui.markdown_escape import escaped

log = logging.getLogger(__name__)


def show_error(error: VizError, *, about: str = "") -> None:
    """The error's sentence; `about` (a file's or model's name) stands before it."""
    page_record.note_error(error.code)
    sentence = plain(sentence_for_page(error))
    st.error(named(f"**{escaped(about)}**", sentence) if about else sentence, icon=":material/error:")


@contextmanager
def errors_shown(*, about: str = "", where: str = "page") -> Iterator[None]:
    """Runs a block; a VizError is shown, and so is a mistake of ours, whose traceback goes to the log only."""
    try:
        yield
    except VizError as error:
        show_error(error, about=about)
    except Exception:  # a border: nothing raw may reach the screen
        log.exception("mistake in %s", where)
        show_error(InternalError(where=where), about=about)


def plain(sentence: str) -> str:
    """A sentence that may quote names, as Markdown that shows it as it is."""
    return escaped(sentence, longest=600)
