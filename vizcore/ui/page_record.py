"""By what was the page that is shown now computed, what was missing for it, and what went wrong on it?

Noted while a page runs, read by reports and by a lecture's rehearsal; begun anew with each page, and never left behind
by a fragment that refreshes itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from vizcore.results import Provenance, Result, to_plain

KEY = "page_record"
BEFORE = "page_record.before"
MOST_RUNS = 60


@dataclass
class PageRecord:
    """runs: by what makes two of them the same. missing: titles of models to download. errors: codes.

    settings: of the page, as they were at the end of its run, those at their default too.
    """

    runs: dict[str, Provenance] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)

    def add(self, found: Provenance) -> None:
        """A run that had been noted before takes its old place; beyond MOST_RUNS the first ones are kept."""
        same = json.dumps(
            [found.operation, found.model, found.weights_sha256, found.photos_sha256, to_plain(found.settings)],
            default=str,
        )
        if found.operation and (same in self.runs or len(self.runs) < MOST_RUNS):
            self.runs[same] = found


def begin() -> PageRecord:
    """An empty record for this run of a page."""
    st.session_state[BEFORE] = record()
    st.session_state[KEY] = PageRecord()
    return record()


def before() -> PageRecord:
    """The record of the run before this one: of the page whose click, key or report began this run."""
    held: PageRecord = st.session_state.setdefault(BEFORE, PageRecord())
    return held


def record() -> PageRecord:
    held: PageRecord = st.session_state.setdefault(KEY, PageRecord())
    return held


def note(results: Result | Sequence[Result]) -> None:
    """These results are shown, or offered, on the page."""
    for each in [results] if isinstance(results, Result) else results:
        record().add(each.provenance)


def note_missing(title: str) -> None:
    """The page wants a model that is not on this machine."""
    record().missing = list(dict.fromkeys([*record().missing, title]))


def note_error(code: str) -> None:
    """The page says that something went wrong."""
    record().errors = list(dict.fromkeys([*record().errors, code]))
