"""Section: files of MOT text, the truth and a tracker's output, one sequence or several."""

from __future__ import annotations

import hashlib
from functools import partial
from operator import attrgetter
from typing import Any

import streamlit as st

from vizcore.i18n import _, ngettext
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import number
from vizcore.metrics.tracking.mot_text import mot_text, read_mot_pair
from vizcore.metrics.tracking.tables import TrackingData, TrackTable
from vizcore.metrics.tracking.toys import golden_sequence
from vizcore.settings import current
from vizcore.ui import downloads
from vizcore.ui.error_panel import errors_shown
from vizcore.ui.names_apart import told_apart
from vizcore.ui.panels.tracking import report_view
from vizcore.ui.panels.tracking import several as several_files
from vizcore.ui.panels.tracking.page_state import KEY, PageState, report_of


def show() -> None:
    """The uploads, then the report; without files, the six frames with every mistake as if they were two files."""
    limit = int(current().evaluation_limit_mb)
    left, right = st.columns(2)
    truths = left.file_uploader(
        _("Truth (MOT text)"), key=f"{KEY}.file.truth", accept_multiple_files=True, max_upload_size=limit
    )
    founds = right.file_uploader(
        _("Tracks (MOT text)"), key=f"{KEY}.file.found", accept_multiple_files=True, max_upload_size=limit
    )
    if not truths or not founds:
        _show_example()
        return
    if len(truths) != len(founds):
        st.info(_("Choose as many files on the left as on the right: they are paired in the order of their names."))
        return
    with errors_shown():
        by_name = attrgetter("name")
        pairs = list(zip(sorted(truths, key=by_name), sorted(founds, key=by_name), strict=True))
        names = told_apart([pair_name(truth.name, found.name) for truth, found in pairs])
        states = {name: _state(*pair) for name, pair in zip(names, pairs, strict=True)}
        chosen = next(iter(states))
        if len(states) > 1:
            several_files.show({name: report_of(state) for name, state in states.items()})
            chosen = st.selectbox(_("Sequence"), list(states), key=f"{KEY}.file.chosen")
            if len({truth.name for truth, _found in pairs}) < len(pairs):
                st.caption(_("Files of one name are paired in the order in which you chose them: check the pairs."))
        st.caption(size_words(states[chosen].data))
        _say_left_out(states[chosen].data)
        report_view.show(states[chosen])


def pair_name(truth: str, found: str) -> str:
    """What a sequence is called: by both files where their names differ, as all truths of MOTChallenge have one."""
    return truth if truth == found else f"{truth} / {found}"


def _state(truth: Any, found: Any) -> PageState:
    keys = hashlib.sha256(truth.getvalue()).hexdigest(), hashlib.sha256(found.getvalue()).hexdigest()
    data = _read(*keys, truth.getvalue(), found.getvalue())
    return PageState(("files", *keys), data, settings={"truth_sha256": keys[0], "tracks_sha256": keys[1]})


def _show_example() -> None:
    example = golden_sequence()
    report_view.show(PageState(("example",), example, settings={"example": "golden"}))
    st.caption(
        _(
            "One line for each box: frame, id, left, top, width, height, confidence, class, visibility, -1. Until you"
            " choose both files, this example of six frames is measured; nothing leaves this server."
        )
    )
    with downloads.export():
        for table, name, label in (
            (example.truth, "example-truth", _("Example: truth")),
            (example.found, "example-tracks", _("Example: tracks")),
        ):
            downloads.download_made(
                partial(_mot, table), name=f"{name}.txt", mime="text/plain",
                key=f"{KEY}.{name}", label=label,
            )  # fmt: skip


def _mot(table: TrackTable) -> bytes:
    return mot_text(table).encode()


@st.cache_resource(max_entries=20, show_spinner=False, scope="session")
def _read(key: str, found_key: str, _truth: bytes, _found: bytes) -> TrackingData:
    return read_mot_pair(_truth, _found)


def size_words(data: TrackingData) -> str:
    """How much a pair of files holds."""
    sizes = {"frame": data.frames, "true box": len(data.truth), "tracked box": len(data.found)}
    return ", ".join(counted(noun, count) for noun, count in sizes.items()) + "."


def _say_left_out(data: TrackingData) -> None:
    if data.left_out:
        st.caption(
            ngettext(
                "{n} row of the truth has confidence 0 and is not judged; boxes on it count as false alarms.",
                "{n} rows of the truth have confidence 0 and are not judged; boxes on them count as false alarms.",
                data.left_out,
            ).format(n=number(data.left_out, 0))
        )
