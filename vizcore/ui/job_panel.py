"""How does a visitor start long work, watch it, and stop it within a second?

The work runs on the engine's thread and never touches streamlit; this fragment asks how far it is.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vizcore import settings
from vizcore.errors import VizError
from vizcore.i18n import N_, _
from vizcore.i18n.numbers import number, percent
from vizcore.pictures import encode_jpeg
from vizcore.snapshots import Snapshot
from vizcore.ui import page_record
from vizcore.ui.error_panel import show_error
from vizcore.ui.fragments import fragment
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.session import visit

if TYPE_CHECKING:
    from vizcore.engine import JobHandle

POLL_S = 0.25
WATCH_S = 1.0
PREVIEW_WIDTH = 320

STATES = {
    "waiting": N_("waiting for its turn"),
    "running": N_("running"),
    "done": N_("done"),
    "cancelled": N_("stopped; the best so far is kept"),
    "failed": N_("failed"),
    "abandoned": N_("given up, since this page did not ask for it any more"),
}

# What operations report of themselves at a step: its words, and how its number is written.
VALUES: dict[str, tuple[str, Callable[[float], str]]] = {
    "loss": (N_("loss"), lambda value: number(value, 4)),
    "source": (N_("true class"), lambda value: percent(value, 1)),
    "rival": (N_("strongest other class"), lambda value: percent(value, 1)),
    "target": (N_("target class"), lambda value: percent(value, 1)),
    "budget": (N_("budget"), lambda value: number(value, 1)),
    "success_rate": (N_("success rate"), lambda value: percent(value, 0)),
    "masks": (N_("masks"), lambda value: number(value, 0)),
    "clicks": (N_("clicks"), lambda value: number(value, 0)),
    "total": (N_("last run"), lambda value: _("{n} ms").format(n=number(value, 1))),
    "changed": (N_("changed decisions"), lambda value: percent(value, 0)),
    "confidence": (N_("confidence"), lambda value: percent(value, 1)),
    "kept": (N_("decisions kept"), lambda value: percent(value, 0)),
}


def show_job(
    key: str, start: Callable[[], JobHandle], *, preview: str = "", stays: bool = True, once_for: object = None
) -> JobHandle | None:
    """Start and Stop, progress, values and a live picture of one long operation.

    key: page and purpose ("ideal_cat.climb"). start: hands the job to the engine; a VizError from it is shown.
    preview: the live picture's alternative text. stays: whether the last step is still shown after the end.
    once_for: what the job is about (photo, model, settings): it begins without a click for each new one; None waits
    for Start.
    Returns this visitor's job, running or over, or None before the first start; the whole page runs again when the job
    begins or ends.
    """
    if is_new(key, once_for):
        if old := visit().jobs.get(key):
            old.cancel()
        begin_job(key, start)
    job, under_way = visit().jobs.get(key), _under_way(key)

    def draw() -> None:
        if visit().jobs.get(key) is not job or _under_way(key) != under_way:
            st.rerun()  # begun (perhaps with an answer that was known already) or ended since the page was drawn
        _draw(key, start, preview, stays or under_way)

    fragment(draw, every_s=POLL_S if under_way else None)
    return visit().jobs.get(key)


def watch(key: str) -> None:
    """On a page that does not show the job: asks about it, so that it is not given up, and the page runs again when it
    is over."""
    if not _under_way(key):
        return

    def look() -> None:
        if not _under_way(key):
            st.rerun()
        visit().jobs[key].touch()

    fragment(look, every_s=WATCH_S)


def is_new(key: str, once_for: object) -> bool:
    """Whether this visit has not begun the job for this before; from now on it has. None is never new."""
    kept = f"{key}.once_for"
    if once_for is None or not begins_alone() or st.session_state.get(kept) == once_for:
        return False
    st.session_state[kept] = once_for
    return True


def begins_alone() -> bool:
    """Whether pages begin long work without a click: the administrator may not want that for many visitors."""
    return settings.current().autostart


def begin_job(key: str, start: Callable[[], JobHandle]) -> None:
    """What Start does: hands the job in; a refusal is kept for the panel to say."""
    visit().refusals.pop(key, None)
    try:
        visit().jobs[key] = start()
    except VizError as error:
        visit().refusals[key] = error


def _draw(key: str, start: Callable[[], JobHandle], preview: str, with_step: bool) -> None:
    _show_buttons(key, start, _under_way(key))
    if refusal := visit().refusals.get(key):
        show_error(refusal)
    if job := visit().jobs.get(key):
        show_state(job)
        if job.done() and (last := job.snapshot()) and last.result is not None:
            page_record.note(last.result)
        if with_step and (snapshot := job.snapshot()):
            show_snapshot(snapshot, preview)


def _show_buttons(key: str, start: Callable[[], JobHandle], under_way: bool) -> None:
    def begin() -> None:
        begin_job(key, start)

    def stop() -> None:
        visit().jobs[key].cancel()

    with st.container(horizontal=True):
        st.button(
            _("Start"),
            key=f"{key}.start",
            icon=":material/play_arrow:",
            disabled=under_way,
            on_click=begin,
        )
        st.button(_("Stop"), key=f"{key}.stop", icon=":material/stop:", disabled=not under_way, on_click=stop)


def show_state(job: JobHandle) -> None:
    """Whether it waits, runs or is over, or the sentence of the error that ended it."""
    if job.error:
        show_error(job.error)
        return
    words = _(STATES[job.state])
    if job.state == "waiting" and (position := job.position()):
        words = _("{state}, place {n} in the queue").format(state=words, n=position)
    st.caption(_("State: {state}").format(state=words))


def show_snapshot(snapshot: Snapshot, preview: str) -> None:
    """How far it is, its numbers and its picture. preview: the picture's alternative text."""
    share = snapshot.step / snapshot.total if snapshot.total else 1.0
    st.progress(share, text=_("Step {step} of {total}").format(step=snapshot.step, total=snapshot.total))
    _show_values(snapshot.values)
    if snapshot.preview is not None:
        st.image(live_picture(snapshot.preview), width=PREVIEW_WIDTH, alt=preview or _("The picture so far"))


def live_picture(preview: NDArray[np.uint8]) -> str:
    """The picture as a data URL: a file of its own may be gone before a slow browser asks for it."""
    return "data:image/jpeg;base64," + base64.b64encode(encode_jpeg(preview, quality=92)).decode("ascii")


def _show_values(values: Mapping[str, float]) -> None:
    if values:
        st.markdown(" · ".join(value_words(name, value) for name, value in values.items()))


def value_words(name: str, value: float) -> str:
    """ "last run **502.9 ms**": one number of a snapshot in the visitor's language; one without words as it is."""
    words, write = VALUES.get(name, (name, lambda value: number(value, 4)))
    return f"{escaped(_(words))} **{write(value)}**"


def _under_way(key: str) -> bool:
    job = visit().jobs.get(key)
    return job is not None and not job.done()
