"""Section: files of MOT text, the truth and a tracker's output, one sequence or several."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from operator import attrgetter
from typing import Any

import streamlit as st

from vizcore.i18n import _, ngettext
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import number
from vizcore.metrics.tracking.mot_text import mot_text, read_mot_pair
from vizcore.metrics.tracking.report import TrackingScores, evaluate_tracking
from vizcore.metrics.tracking.tables import TrackingData, TrackTable
from vizcore.metrics.tracking.toys import golden_sequence
from vizcore.settings import current
from vizcore.ui import downloads
from vizcore.ui.error_panel import errors_shown
from vizcore.ui.names_apart import told_apart
from vizcore.ui.panels.tracking import report_view
from vizcore.ui.panels.tracking import several as several_files
from vizcore.ui.panels.tracking.page_state import IOU, KEY, PageState


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
        by_sequence = dict(zip(names, pairs, strict=True))
        chosen = names[0]
        if len(pairs) > 1:
            contents = [(truth.getvalue(), found.getvalue()) for truth, found in pairs]
            scores = _scores(tuple(_keys(*each) for each in contents), contents)
            several_files.show(dict(zip(names, scores, strict=True)))
            chosen = st.selectbox(_("Sequence"), names, key=f"{KEY}.file.chosen")
            if len({truth.name for truth, _found in pairs}) < len(pairs):
                st.caption(_("Files of one name are paired in the order in which you chose them: check the pairs."))
        state = _state(*by_sequence[chosen])
        st.caption(size_words(state.data))
        _say_left_out(state.data)
        report_view.show(state)


def pair_name(truth: str, found: str) -> str:
    """What a sequence is called: by both files where their names differ, as all truths of MOTChallenge have one."""
    return truth if truth == found else f"{truth} / {found}"


def _state(truth: Any, found: Any) -> PageState:
    keys = _keys(truth.getvalue(), found.getvalue())
    data = _read(*keys, truth.getvalue(), found.getvalue())
    return PageState(("files", *keys), data, settings={"truth_sha256": keys[0], "tracks_sha256": keys[1]})


def _keys(truth: bytes, found: bytes) -> tuple[str, str]:
    return hashlib.sha256(truth).hexdigest(), hashlib.sha256(found).hexdigest()


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


@st.cache_resource(max_entries=2, show_spinner=False, scope="session")
def _scores(keys: tuple[tuple[str, str], ...], _contents: Sequence[tuple[bytes, bytes]]) -> tuple[TrackingScores, ...]:
    """Of every sequence, kept together however many they are."""
    return tuple(evaluate_tracking(read_mot_pair(*each), IOU).scores for each in _contents)


@st.cache_resource(max_entries=4, show_spinner=False, scope="session")
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
