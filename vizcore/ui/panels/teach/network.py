"""Section: a network itself learns, as a job with live curves: fine-tuning, LoRA on a ViT, or from scratch."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import streamlit as st

from vizcore.i18n import N_, _
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import number
from vizcore.learning.judged import Taught
from vizcore.learning.old_classes import KNOWN
from vizcore.learning.split import TEST
from vizcore.photo import Photo
from vizcore.ui import choices, url_state
from vizcore.ui.error_panel import show_error
from vizcore.ui.fragments import fragment
from vizcore.ui.job_panel import POLL_S, begin_job, show_state
from vizcore.ui.job_series import result_of
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.teach.network_curves import JOB, show_curves
from vizcore.ui.panels.teach.network_result import collect, show_result
from vizcore.ui.panels.teach.page_state import KEY, Source, teaching
from vizcore.ui.panels.teach.recorded_runs import show_recorded
from vizcore.ui.session import engine, session_id, visit
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.engine import JobHandle

NETWORKS = {
    "finetune": N_("Fine-tune"),
    "lora": N_("LoRA (ViT)"),
    "scratch": N_("From scratch"),
}
OLD_PHOTOS = 24


def show(source: Source, cards: Sequence[ModelCard]) -> None:
    """The form and the live curves, or the recorded runs where a start has no photos."""
    if not source.has_photos:
        show_recorded()
        return
    card = cards[0]
    method, epochs = _ask(card)
    if method == "lora" and card.family != "vit":
        st.info(_("LoRA is offered for a ViT: please choose one in the bar, such as ViT mini."), icon=":material/info:")
        return
    busy, seen = _busy(), visit().jobs.get(JOB)

    def draw() -> None:
        if _busy() != busy or visit().jobs.get(JOB) is not seen:
            st.rerun()  # begun or ended since the page was drawn
        _draw(source, card, method, epochs, busy)

    fragment(draw, every_s=POLL_S if busy else None)
    job = visit().jobs.get(JOB)
    if not busy and job is not None and (found := result_of(job)):
        collect()
        show_result(cast(Taught, found), same_split=_is_of(source, job))


def _ask(card: ModelCard) -> tuple[str, int]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        default = "lora" if card.family == "vit" else "finetune"
        texts = {key: _(words) for key, words in NETWORKS.items()}
        method = choices.choose_one(_("How"), texts, key="teach.how", default=default)
        epochs = st.number_input(_("Epochs at most"), 1, 60, 6, width=150, **url_state.bound(f"{KEY}.epochs"))
    return method, int(epochs)


def _start(source: Source, card: ModelCard, method: str, epochs: int) -> JobHandle:
    from vizcore.learning.network import NetworkTask, learn_network

    visit()  # whose end stops what runs
    old, names = _old_photos(source)
    task = NetworkTask(
        source.bins.classes, source.split.parts, source.bins.labels, cast(Any, method), epochs, old=old, old_names=names
    )
    job = engine().start(learn_network, card.key, source.photos, task, session=session_id())
    teaching().trained_on = source.key
    return job


def _is_of(source: Source, job: JobHandle) -> bool:
    """Whether it was begun for the photos, classes and parts that are on the page now."""
    task, photos = job.request.settings, job.request.photos_sha256
    return (
        photos == tuple(each.sha256 for each in source.bins.examples)
        and task.labels == source.bins.labels
        and np.array_equal(task.classes, source.bins.classes)
        and np.array_equal(task.parts, source.split.parts)
    )


def _old_photos(source: Source) -> tuple[tuple[Photo, ...], tuple[str, ...]]:
    """Built-in samples, first those whose old class is known, and the test photos; each with the name of its class."""
    from vizcore.similarity.builtin import builtin_gallery

    gallery = sorted(builtin_gallery().pictures, key=lambda each: each.label not in KNOWN)[:OLD_PHOTOS]
    tested = [source.bins.examples[place] for place in source.split.rows(TEST)[:OLD_PHOTOS].tolist()]
    named = {each.photo.sha256: (each.photo, each.label) for each in gallery}
    named |= {each.photo.sha256: (each.photo, each.label) for each in tested if each.photo is not None}
    return tuple(photo for photo, _name in named.values()), tuple(name for _photo, name in named.values())


def _busy() -> bool:
    job = visit().jobs.get(JOB)
    return job is not None and not job.done()


def _draw(source: Source, card: ModelCard, method: str, epochs: int, busy: bool) -> None:
    job = visit().jobs.get(JOB)

    def begin() -> None:
        st.session_state[f"{JOB}.since"] = time.monotonic()
        begin_job(JOB, lambda: _start(source, card, method, epochs))

    with st.container(horizontal=True):
        st.button(_("Train"), key=f"{JOB}.start", icon=":material/play_arrow:", disabled=busy, on_click=begin)
        st.button(
            _("Stop"),
            key=f"{JOB}.stop",
            icon=":material/stop:",
            disabled=not busy,
            on_click=lambda: visit().jobs[JOB].cancel(),
        )
    if refusal := visit().refusals.get(JOB):
        show_error(refusal)
    snapshot = job.snapshot() if job else None
    if job and snapshot and busy:
        share = snapshot.step / snapshot.total if snapshot.total else 1.0
        st.progress(share, text=_progress_words(snapshot.step, snapshot.total))
    if job and (job.error or job.state not in ("done", "running")):
        show_state(job)
    if job is None:
        st.caption(
            _(
                "{model} learns from {photos}, a batch at a time; Stop keeps the epoch with the lowest validation loss."
            ).format(model=escaped(card.title), photos=counted("photo", source.split.counts["train"]))
        )
    show_curves(list(job.history()) if job else [], len(source.bins.labels))


def _progress_words(step: int, total: int) -> str:
    since = st.session_state.get(f"{JOB}.since")
    words = _("Step {step} of {total}").format(step=step, total=total)
    if since is None or not step:
        return words
    left = (time.monotonic() - since) / step * (total - step)
    return words + " · " + _("about {s} s left").format(s=number(left, 0))
