"""How does a visitor run the same long work on several models, one after the other, with one Start and one Stop?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.errors import VizError
from vizcore.i18n import _
from vizcore.results import Result
from vizcore.ui.error_panel import show_error
from vizcore.ui.fragments import fragment
from vizcore.ui.job_panel import POLL_S, is_new, show_snapshot, show_state
from vizcore.ui.job_sequence import JobSequence
from vizcore.ui.markdown_escape import escaped

if TYPE_CHECKING:
    from vizcore.engine import JobHandle


def show_series(
    key: str,
    names: Sequence[str],
    start: Callable[[str], JobHandle],
    *,
    preview: str = "",
    titles: Sequence[str] = (),
    once_for: object = None,
    as_each_ends: bool = False,
) -> dict[str, JobHandle]:
    """Start and Stop, progress and errors of one job for each name; the jobs begun so far, in their order.

    preview: the live picture's alternative text. titles: the names as people read them. once_for: what the
    series is about (photos, models, settings): it begins without a click for each new one; None waits for Start.
    as_each_ends: the page runs again when one job has ended, to show what is there; otherwise, as where a run of the
    page would disturb what the next job measures, only when the series begins or ends.
    """
    if is_new(key, once_for):
        if old := st.session_state.get(key):
            old.stop()
        _begin(key, list(names), start)
    series: JobSequence | None = st.session_state.get(key)
    under_way = series is not None and series.under_way
    ended = series.ended if series and as_each_ends else None
    shown = dict(zip(names, titles or names, strict=True))

    def draw() -> None:
        _advance(key, series, under_way, ended)
        _draw(key, list(names), start, shown, preview)

    fragment(draw, every_s=POLL_S if under_way else None)
    held: JobSequence | None = st.session_state.get(key)
    return dict(held.jobs) if held else {}


def result_of(job: JobHandle | None) -> Result | None:
    """What the job answered, or its best so far when it was stopped; None while it runs and when there is nothing."""
    if job is None or not job.done():
        return None
    try:
        return job.result(timeout=0)
    except (VizError, TimeoutError):
        return None


def _advance(key: str, seen: JobSequence | None, under_way: bool, ended: int | None) -> None:
    """Begins what is due; runs the page again when the series was begun or has ended since the page was drawn, or when
    more than the `ended` jobs have that the page knew of, if it wants to know."""
    series: JobSequence | None = st.session_state.get(key)
    if series:
        series.advance()
    if series is not seen or (series is not None and series.under_way) != under_way:
        st.rerun()
    if series and ended is not None and series.ended != ended:
        st.rerun()


def _draw(key: str, names: list[str], start: Callable[[str], JobHandle], shown: dict[str, str], preview: str) -> None:
    series: JobSequence | None = st.session_state.get(key)
    _show_buttons(key, names, start, series is not None and series.under_way)
    if series:
        for refusal in series.refusals.values():
            show_error(refusal)
        _show_jobs(series, shown, preview)


def _begin(key: str, names: list[str], start: Callable[[str], JobHandle]) -> None:
    series = JobSequence(start, list(names))
    st.session_state[key] = series
    series.begin()


def _show_buttons(key: str, names: list[str], start: Callable[[str], JobHandle], under_way: bool) -> None:
    def begin() -> None:
        _begin(key, names, start)

    def stop() -> None:
        st.session_state[key].stop()

    with st.container(horizontal=True):
        st.button(_("Start"), key=f"{key}.start", icon=":material/play_arrow:", disabled=under_way, on_click=begin)
        st.button(_("Stop"), key=f"{key}.stop", icon=":material/stop:", disabled=not under_way, on_click=stop)


def _show_jobs(series: JobSequence, shown: dict[str, str], preview: str) -> None:
    """The errors of all, and how far the running one is."""
    count = len(series.jobs) + len(series.waiting)
    for index, (name, job) in enumerate(series.jobs.items(), start=1):
        if job.error:
            show_error(job.error, about=shown.get(name, name))
        elif not job.done() or job.state != "done":
            title = escaped(shown.get(name, name), longest=80)
            st.markdown(_("Model {n} of {count}: **{title}**").format(n=index, count=count, title=title))
            if job.done() and result_of(job) is None:
                st.caption(_("Stopped before there was a result."))
            else:
                show_state(job)
            if not job.done() and (snapshot := job.snapshot()):
                show_snapshot(snapshot, preview)
