"""Section: any row of the table run again here, with a shorter budget, watched and stopped at will."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.by_hand.learner import GUESSING_LOSS
from vizcore.errors import VizError
from vizcore.figures.contest import live_curve
from vizcore.figures.digit_scenes import scene_sheet
from vizcore.i18n import N_, _, ngettext
from vizcore.i18n.numbers import decimal, number, percent
from vizcore.learning.contest.contestants import CONTESTANTS
from vizcore.learning.contest.digits import DigitData
from vizcore.learning.contest.results import ClassifierRun, ContestRun, DetectorRun
from vizcore.learning.contest.run import LIMITS, ContestSettings
from vizcore.ui import choices, downloads, url_state
from vizcore.ui.charts import show_chart
from vizcore.ui.error_panel import show_error
from vizcore.ui.fragments import fragment
from vizcore.ui.job_panel import POLL_S, begin_job, is_new, live_picture, show_state
from vizcore.ui.last_start import asked_as_now, say_last_start
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.mnist import runs
from vizcore.ui.panels.mnist.data_choice import choose_data
from vizcore.ui.session import engine, session_id, visit
from vizcore.ui.theme_now import dark_now
from vizcore.ui.toolbar import Toolbar

if TYPE_CHECKING:
    from vizcore.engine import JobHandle

KEY = "mnist.run"
ATTEMPT = "mnist.attempt"
LIGHT_MB = 100  # a contestant that needs less begins without a click
FIRST_S = 10
MOST_SECONDS = 600
SURE = 0.5
NOTES = {
    "efficientnet-lite0": N_(
        "Starts from ImageNet; its batch statistics stay, the trunk learns at a tenth of the rate."
    ),
    "alexnet": N_(
        "57 million parameters, about a second for each step; it takes about {memory} of memory while it learns."
    ),
    "vgg16": N_(
        "134 million parameters, some seconds for each step, and Stop waits for the running one; it takes about"
        " {memory} of memory while it learns."
    ),
    "faster-rcnn": N_("A detector: it learns on scenes of one to three digits and is scored by mAP."),
    "numpy-cnn": N_("The network of the page “CNN by hand”, on 28 × 28 pixels: NumPy alone."),
}


def show(bar: Toolbar) -> None:
    """Settings, Start and Stop, the curves as they grow, and what came of it."""
    settings = _ask(bar)
    data = choose_data(bar)
    row = CONTESTANTS[settings.contestant]
    if is_new(KEY, "opened") and KEY not in visit().jobs and row.memory_mb < LIGHT_MB:
        _begin(settings, data)
    busy, seen = _busy(), visit().jobs.get(KEY)

    def draw() -> None:
        if _busy() != busy or visit().jobs.get(KEY) is not seen:
            st.rerun()  # begun or ended since the page was drawn
        _draw(settings, data, busy)

    fragment(draw, every_s=POLL_S if busy else None)
    run = _run()
    if run is not None and not busy:
        collect()
        _show_exports(run)


def collect() -> None:
    """A run that is over stands in the table from now on."""
    run = None if _busy() else _run()
    if run is not None:
        runs.keep(run)


def _ask(bar: Toolbar) -> ContestSettings:
    with bar.row:
        titles = {key: _(row.title) for key, row in CONTESTANTS.items()}
        with st.container(width=230):
            key = choices.choose_from(_("Contestant"), titles, key="mnist.contestant", default="small-cnn")
        texts = {"time": _("Seconds"), "epochs": _("Epochs")}
        regime = choices.choose_one(_("Budget in"), texts, key="mnist.unit", default="time", quiet=True)
        with st.container(width=130):
            if regime == "time":
                budget: float = st.number_input(
                    _("Seconds"), 1, MOST_SECONDS, FIRST_S, 5, **url_state.bound("mnist.seconds")
                )
            else:
                budget = st.number_input(
                    _("Epochs"), 1, int(LIMITS["epochs"][1]), 3, 1, **url_state.bound("mnist.epochs")
                )
        with st.container(width=110):
            seed = st.number_input(_("Seed"), 0, 9999, 0, 1, **url_state.bound("mnist.seed"))
    return ContestSettings(key, "epochs" if regime == "epochs" else "time", float(budget), int(seed))


def _begin(settings: ContestSettings, data: DigitData) -> None:
    attempt = st.session_state.get(ATTEMPT, 0)
    begin_job(KEY, lambda: start(settings, data, attempt))


def start(settings: ContestSettings, data: DigitData, attempt: int) -> JobHandle:
    """Hands the run to the engine, in this visitor's name."""
    from vizcore.engine import NO_MODEL
    from vizcore.learning.contest.run import run_contestant

    visit()  # whose end stops what runs
    asked = replace(settings, attempt=attempt)
    return engine().start(run_contestant, NO_MODEL, data, asked, session=session_id())


def _busy() -> bool:
    job = visit().jobs.get(KEY)
    return job is not None and not job.done()


def _run() -> ContestRun | None:
    """What the job came to, or the best it can say while it runs."""
    job = visit().jobs.get(KEY)
    if job is None:
        return None
    if not job.done():
        snapshot = job.snapshot()
        return snapshot.result if snapshot and isinstance(snapshot.result, ContestRun) else None
    try:
        found = job.result(timeout=0)
    except (VizError, TimeoutError):
        return None
    return found if isinstance(found, ContestRun) else None


def _draw(settings: ContestSettings, data: DigitData, busy: bool) -> None:
    _show_buttons(settings, data, busy)
    job = visit().jobs.get(KEY)
    if refusal := visit().refusals.get(KEY):
        show_error(refusal)
    snapshot = job.snapshot() if job else None
    if job and snapshot and busy:
        share = snapshot.step / snapshot.total if snapshot.total else 1.0
        st.progress(share, text=_("{share} of the budget").format(share=percent(share, 0)))
    if job and (job.error or job.state not in ("done", "running")):
        show_state(job)
    if job:
        say_last_start(unless=_is_of(job, settings, data))
    run = _run()
    row = CONTESTANTS[run.contestant if run else settings.contestant]
    title, detects = _(row.title), row.kind == "detector"
    left, right = st.columns(2, gap="medium")
    axis = _("seconds of training")
    with left:
        st.markdown("**" + _("{name}: loss").format(name=title) + "**")
        names = {"train_loss": _("training"), "test_loss": _("test")}
        if detects:
            names.pop("test_loss")
        reference = None if detects else GUESSING_LOSS  # a detector's loss is none of ten classes
        _chart(live_curve(run, names, axis=axis, reference=reference, dark=dark_now()), "loss", _("Loss"))
    with right:
        score = _("mAP") if detects else _("accuracy on the test digits")
        st.markdown("**" + _("{name}: {score}").format(name=title, score=score) + "**")
        _chart(live_curve(run, {"score": score}, axis=axis, dark=dark_now()), "score", score)
    if run is not None:
        _show_numbers(run)
    if isinstance(run, DetectorRun) and len(run.scenes):
        st.markdown(
            "**" + _("What it finds in scenes of test digits, from a score of {n} on").format(n=decimal(SURE, 1)) + "**"
        )
        words = _("Scenes with the boxes found and the digit that each is taken for")
        st.image(live_picture(scene_sheet(run.scenes, run.found, least_score=SURE)), alt=words)


def _is_of(job: JobHandle, settings: ContestSettings, data: DigitData) -> bool:
    from vizcore.engine import NO_MODEL

    asked = replace(settings, attempt=job.request.settings.attempt)
    return asked_as_now(job, NO_MODEL, data, asked)


def _chart(figure: object, name: str, title: str) -> None:
    show_chart(figure, key=f"mnist.live.{name}", alt=title)


def _show_buttons(settings: ContestSettings, data: DigitData, busy: bool) -> None:
    def begin() -> None:
        st.session_state[ATTEMPT] = st.session_state.get(ATTEMPT, 0) + 1
        _begin(settings, data)

    row = CONTESTANTS[settings.contestant]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(_("Start"), key=f"{KEY}.start", icon=":material/play_arrow:", disabled=busy, on_click=begin)
        st.button(
            _("Stop"), key=f"{KEY}.stop", icon=":material/stop:", disabled=not busy,
            on_click=lambda: visit().jobs[KEY].cancel(),
        )  # fmt: skip
        if note := NOTES.get(row.key):
            memory = _("{n} GB").format(n=number(row.memory_mb / 1000, 1))
            st.caption(_(note).format(memory=memory))


def _show_numbers(run: ContestRun) -> None:
    if run.diverged:
        st.warning(_("The loss was no number any more, so the run ended there."), icon=":material/warning:")
    cells = []
    if isinstance(run, ClassifierRun):
        cells += [
            Cell(_("Accuracy"), percent(run.accuracy, 1), runs.interval_words(run)),
            Cell(_("Macro F1"), decimal(run.macro_f1, 3)),
            Cell(_("Loss"), decimal(run.test_loss, 3)),
        ]
    elif isinstance(run, DetectorRun):
        cells += [Cell(_("mAP"), decimal(run.mean_ap, 3)), Cell(_("AP at IoU .50"), decimal(run.ap50, 3))]
    cells += [
        Cell(_("Training, s"), number(run.seconds, 1)),
        Cell(_("Epochs"), number(run.epochs, 2)),
        Cell(_("ms a digit") if isinstance(run, ClassifierRun) else _("ms a scene"), number(run.inference_ms, 2)),
        Cell(_("Parameters"), number(run.parameters, 0)),
    ]
    show_metrics(cells, width=140)
    st.caption(_caption(run))


def _caption(run: ContestRun) -> str:
    if isinstance(run, ClassifierRun):
        words = ngettext(
            "On {n} test digit, 95 % interval {interval}; one seed.",
            "On {n} test digits, 95 % interval {interval}; one seed.",
            run.test_count,
        ).format(n=number(run.test_count, 0), interval=runs.interval_words(run))
    else:
        words = ngettext("On {n} scene of test digits.", "On {n} scenes of test digits.", run.test_count).format(
            n=number(run.test_count, 0)
        )
    clock = _("Seconds are those of its own steps on this server now; what others compute meanwhile makes them longer.")
    return f"{words} {clock}"


def _show_exports(run: ContestRun) -> None:
    with downloads.export():
        downloads.download_json(run, key="mnist.run.json")
        if run.weights:
            downloads.download_made(
                lambda: _safetensors(run), name=f"{run.contestant}-digits.safetensors", mime="application/octet-stream",
                key="mnist.weights", label=_("Weights (safetensors)"),
            )  # fmt: skip


def _safetensors(run: ContestRun) -> bytes:
    import numpy as np
    from safetensors.numpy import save

    return save({name: np.ascontiguousarray(each) for name, each in run.weights.items()})
