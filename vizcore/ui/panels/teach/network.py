"""Section: a network itself learns, as a job with live curves: fine-tuning, LoRA on a ViT, or from scratch."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from vizcore.figures.by_hand import training_curves
from vizcore.i18n import N_, _
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import number, percent
from vizcore.learning.judged import Taught
from vizcore.learning.old_classes import KNOWN, Forgetting
from vizcore.learning.split import TEST
from vizcore.learning.starts import recorded_runs
from vizcore.photo import Photo
from vizcore.ui import url_state
from vizcore.ui.charts import show_chart
from vizcore.ui.error_panel import show_error
from vizcore.ui.fragments import fragment
from vizcore.ui.job_panel import POLL_S, begin_job, show_state
from vizcore.ui.job_series import result_of
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.teach.page_state import KEY, Source, teaching
from vizcore.ui.panels.teach.probes import METHODS
from vizcore.ui.session import engine, session_id, visit
from vizcore.ui.tables import show_table
from vizcore.ui.theme_now import dark_now
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.catalogue import card as find_card

if TYPE_CHECKING:
    from vizcore.engine import JobHandle

JOB = f"{KEY}.train"
NETWORKS = {
    "finetune": N_("Fine-tune"),
    "lora": N_("LoRA (ViT)"),
    "scratch": N_("From scratch"),
}
OLD_PHOTOS = 24


def show(source: Source, cards: Sequence[ModelCard]) -> None:
    """The form and the live curves, or the recorded runs where a start has no photos."""
    if not source.has_photos:
        _show_recorded()
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
    if not busy and (found := result_of(visit().jobs.get(JOB))):
        _show_result(source, cast(Taught, found))


def _ask(card: ModelCard) -> tuple[str, int]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        default = "lora" if card.family == "vit" else "finetune"
        texts = {key: _(words) for key, words in NETWORKS.items()}
        method = url_state.choose_one(_("How"), texts, key="teach.how", default=default)
        epochs = st.number_input(_("Epochs at most"), 1, 60, 6, key=f"{KEY}.epochs", bind="query-params", width=150)
    return method, int(epochs)


def _start(source: Source, card: ModelCard, method: str, epochs: int) -> JobHandle:
    from vizcore.learning.network import NetworkTask, learn_network

    visit()  # whose end stops what runs
    old, names = _old_photos(source)
    task = NetworkTask(
        source.bins.classes, source.split.parts, source.bins.labels, cast(Any, method), epochs, old=old, old_names=names
    )
    return engine().start(learn_network, card.key, source.photos, task, session=session_id())


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
    _show_curves(list(job.history()) if job else [], len(source.bins.labels))


def _progress_words(step: int, total: int) -> str:
    since = st.session_state.get(f"{JOB}.since")
    words = _("Step {step} of {total}").format(step=step, total=total)
    if since is None or not step:
        return words
    left = (time.monotonic() - since) / step * (total - step)
    return words + " · " + _("about {s} s left").format(s=number(left, 0))


def _show_curves(history: Sequence[tuple[int, Mapping[str, float]]], classes: int, axis: str = "") -> None:
    axis = axis or _("step")
    left, right = st.columns(2, gap="medium")
    with left:
        names = {"train_loss": _("training"), "validation_loss": _("validation")}
        title = _("Loss")
        st.markdown(f"**{title}**")
        figure = training_curves(history, names, step=axis, axis="", reference=math.log(classes), dark=dark_now())
        show_chart(figure, key=f"{JOB}.loss", alt=title)
    with right:
        names = {"accuracy": _("training"), "validation_accuracy": _("validation")}
        title = _("Accuracy")
        st.markdown(f"**{title}**")
        figure = training_curves(history, names, step=axis, axis="", percent=True, dark=dark_now())
        show_chart(figure, key=f"{JOB}.accuracy", alt=title)


def _show_result(source: Source, found: Taught) -> None:
    """The test's answer, kept for the other sections if it is of this very split."""
    of_here = found.provenance.photos_sha256 == tuple(each.sha256 for each in source.bins.examples)
    if of_here and found.labels == source.bins.labels:
        kept = teaching().networks.setdefault(source.key, [])
        kept[:] = [each for each in kept if (each.method, each.backbone) != (found.method, found.backbone)] + [found]
    low, high = found.interval
    title = find_card(found.backbone).title
    show_metrics(
        [
            Cell(_("Test accuracy"), percent(found.accuracy, 1), None, f"{percent(low, 0)} – {percent(high, 0)}"),
            Cell(_("Macro F1"), number(found.macro_f1, 3)),
            Cell(_("Best epoch"), number(found.best + 1, 0)),
            Cell(_("Learning took"), _("{s} s").format(s=number(found.seconds, 1))),
        ],
        width=160,
    )
    st.caption(
        _("{title}, {method}: {right} of {test} right. The comparison shows it beside the probes.").format(
            title=escaped(title),
            method=_(METHODS[found.method]),
            right=found.right,
            test=counted("test photo", len(found.truth)),
        )
    )
    if found.forgetting:
        _show_forgetting(found.forgetting)


def _show_forgetting(old: Forgetting) -> None:
    """Accuracy on old classes before and after, with intervals, and how many answers stayed."""
    from vizcore.metrics.proportion import wilson_interval

    def share(right: int) -> str:
        low, high = wilson_interval(right, old.labelled)
        return f"{percent(right / old.labelled, 0)} ({percent(low, 0)} – {percent(high, 0)})"

    if old.labelled:
        st.caption(
            _(
                "**What it forgot:** on {photos} of old classes (built-in samples, and your test photos where a class"
                " is named like an old one), the accuracy with the old head was {before} and is {after} now. Several"
                " are views of one scene, so the intervals are too narrow rather than too wide."
            ).format(
                photos=counted("photo", old.labelled), before=share(old.right_before), after=share(old.right_after)
            )
        )
    else:
        st.caption(_("**What it forgot:** none of the photos here shows a class that this backbone knew."))
    st.caption(
        _(
            "With its old head put back, the changed network answers {same} of {photos} as it did before. A probe"
            " forgets nothing, since its backbone stays."
        ).format(same=old.same, photos=counted("photo", old.asked))
    )


def _show_recorded() -> None:
    """Recorded runs on the cats and dogs, whose photos do not ship."""
    report = recorded_runs()
    if not report:
        return
    names = {place: _run_name(run) for place, run in enumerate(report["runs"])}
    chosen = url_state.choose_from(
        _("Recorded run"), {str(place): name for place, name in names.items()}, key="teach.run", default="0"
    )
    run = report["runs"][int(chosen)]
    history = [
        (
            place + 1,
            {("train_loss" if name == "loss" else name): values[place] for name, values in run["curves"].items()},
        )
        for place in range(len(run["curves"]["loss"]))
    ]
    _show_curves(history, 2, axis=_("epoch"))
    st.caption(
        _(
            "Recorded, not computed here: cats against dogs, the split that this page opens with, seed {seed},"
            " {machine}, one thread beside other work. This start ships as numbers, and a network needs the photos:"
            " choose drawn shapes, digits or your own to train one live. The script is {script}."
        ).format(seed=report["seed"], machine=escaped(report["machine"]), script=f"`{report['script']}`")
    )
    show_table([_run_row(each) for each in report["runs"]])


def _run_name(run: Mapping[str, Any]) -> str:
    return f"{find_card(run['backbone']).title}, {_(METHODS[run['method']])}"


def _run_row(run: Mapping[str, Any]) -> dict[str, str]:
    from vizcore.metrics.proportion import wilson_interval

    low, high = wilson_interval(run["right"], run["tested"])
    return {
        _("Model"): find_card(run["backbone"]).title,
        _("Method"): _(METHODS[run["method"]]),
        _("Test accuracy"): percent(run["right"] / run["tested"], 1),
        _("95 % interval"): f"{percent(low, 0)} – {percent(high, 0)}",
        _("Macro F1"): number(run["macro_f1"], 3),
        _("Epochs"): number(run["epochs"], 0),
        _("Learning took"): _("{s} s").format(s=number(run["seconds"], 0)),
    }
