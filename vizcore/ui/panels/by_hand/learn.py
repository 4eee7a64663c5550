"""Section: the network by hand learns real digits, live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.by_hand.digit_network import filters_preview, initial_state
from vizcore.by_hand.learner import GUESSING_LOSS, LIMITS, TrainingSettings
from vizcore.by_hand.results import TrainedDigits
from vizcore.errors import VizError
from vizcore.figures.by_hand import training_curves
from vizcore.i18n import _
from vizcore.ui.charts import show_chart
from vizcore.ui.error_panel import show_error
from vizcore.ui.fragments import fragment
from vizcore.ui.job_panel import POLL_S, begin_job, live_picture, show_state
from vizcore.ui.last_start import say_last_start
from vizcore.ui.panels.by_hand import digit_answer, teacher, trained
from vizcore.ui.panels.by_hand.url_values import choose_number
from vizcore.ui.session import engine, session_id, visit
from vizcore.ui.theme_now import dark_now

if TYPE_CHECKING:
    from vizcore.engine import JobHandle

KEY = "by_hand.train"
REWOUND = "by_hand.rewound"
ATTEMPT = "by_hand.attempt"


def show() -> None:
    """Settings, Start, Stop and Rewind, the curves as they grow, the sanity panel, and a digit of one's own."""
    settings = _ask()
    if KEY not in visit().jobs and not st.session_state.get(REWOUND):
        _begin(settings)
    busy, seen = _busy(), visit().jobs.get(KEY)

    def draw() -> None:
        if _busy() != busy or visit().jobs.get(KEY) is not seen:
            st.rerun()  # begun, ended or rewound since the page was drawn
        _draw(settings, busy)

    fragment(draw, every_s=POLL_S if busy else None)
    found = None if busy else _result()
    if found is not None:
        trained.show(found)
    digit_answer.show(found.parameters if found else initial_state(settings.seed), trained=found is not None)
    if found is not None:
        trained.show_exports(found)
    _link_to_the_contest()


def _link_to_the_contest() -> None:
    """The same layers at 28 x 28 learn MNIST there, live too."""
    from vizcore.ui.pages import built_pages

    page = next((page for page in built_pages() if page.key == "mnist"), None)
    if page is not None:
        words = _("The same network on 4,000 digits of MNIST, beside five others")
        st.page_link(page.file, label=words, icon=page.icon, query_params={"mnist.section": "run"})


def _ask() -> TrainingSettings:
    with st.container(horizontal=True, vertical_alignment="bottom", key="by_hand-train-bar"):
        fields = {
            "epochs": (_("Epochs"), 20, (1, 60), 1),
            "learning_rate": (_("Learning rate"), 0.05, (1e-4, LIMITS["learning_rate"][1]), 0.01),
            "batch": (_("Batch"), 32, (1, 200), 1),
            "momentum": (_("Momentum"), 0.9, LIMITS["momentum"], 0.05),
            "seed": (_("Seed"), 0, (0, 9999), 1),
        }
        values = {}
        for name, (label, default, limits, step) in fields.items():
            with st.container(width=128):
                values[name] = choose_number(label, name, default, limits, group="training", step=step)
        teacher.show()
    return TrainingSettings(
        int(values["seed"]), int(values["epochs"]), values["learning_rate"], int(values["batch"]), values["momentum"]
    )


def _begin(settings: TrainingSettings) -> None:
    st.session_state[REWOUND] = False
    attempt = st.session_state.get(ATTEMPT, 0)
    begin_job(KEY, lambda: start(settings, attempt))


def start(settings: TrainingSettings, attempt: int) -> JobHandle:
    """Hands the training to the engine, in this visitor's name."""
    from vizcore.by_hand.training import train_digits
    from vizcore.engine import NO_MODEL

    visit()  # whose end stops what runs
    return engine().start(train_digits, NO_MODEL, None, replace(settings, attempt=attempt), session=session_id())


def _busy() -> bool:
    job = visit().jobs.get(KEY)
    return job is not None and not job.done()


def _result() -> TrainedDigits | None:
    job = visit().jobs.get(KEY)
    if job is None or not job.done():
        return None
    try:
        found = job.result(timeout=0)
    except (VizError, TimeoutError):
        return None
    return found if isinstance(found, TrainedDigits) else None


def _show_buttons(settings: TrainingSettings, busy: bool) -> None:
    def begin() -> None:
        st.session_state[ATTEMPT] = st.session_state.get(ATTEMPT, 0) + 1
        _begin(settings)

    def rewind() -> None:
        visit().jobs.pop(KEY, None)
        visit().refusals.pop(KEY, None)
        st.session_state[REWOUND] = True

    with st.container(horizontal=True):
        st.button(_("Start"), key=f"{KEY}.start", icon=":material/play_arrow:", disabled=busy, on_click=begin)
        st.button(
            _("Stop"),
            key=f"{KEY}.stop",
            icon=":material/stop:",
            disabled=not busy,
            on_click=lambda: visit().jobs[KEY].cancel(),
        )
        st.button(
            _("Rewind"),
            key=f"{KEY}.rewind",
            icon=":material/replay:",
            disabled=busy or KEY not in visit().jobs,
            on_click=rewind,
            help=_("Back to the very weights it started from; Start then gives the same curves."),
        )


def _draw(settings: TrainingSettings, busy: bool) -> None:
    job = visit().jobs.get(KEY)
    _show_buttons(settings, busy)
    say_last_start(unless=job is None or replace(job.request.settings, attempt=settings.attempt) == settings)
    if refusal := visit().refusals.get(KEY):
        show_error(refusal)
    snapshot = job.snapshot() if job else None
    if job and snapshot:
        share = snapshot.step / snapshot.total if snapshot.total else 1.0
        st.progress(share, text=_("Step {step} of {total}").format(step=snapshot.step, total=snapshot.total))
    if job and (job.error or job.state not in ("done", "running")):
        show_state(job)
    preview = (
        snapshot.preview if snapshot and snapshot.preview is not None else filters_preview(initial_state(settings.seed))
    )
    history = list(job.history()) if job else []
    left, middle, right = st.columns([3, 3, 2], gap="medium")
    with left:
        _curve(
            _("Loss"),
            history,
            {"loss": _("training"), "validation_loss": _("validation")},
            "loss",
            reference=GUESSING_LOSS,
        )
    with middle:
        names = {"accuracy": _("training"), "validation_accuracy": _("validation")}
        _curve(_("Accuracy"), history, names, "accuracy", as_percent=True)
    with right:
        st.markdown("**" + _("The eight filters of the first layer") + "**")
        st.image(
            live_picture(preview), width="stretch", alt=_("Eight filters of 3 × 3 weights, blue negative, red positive")
        )
        st.caption(_("Blue is negative, red positive, on one scale."))


def _curve(
    title: str,
    history: Sequence[tuple[int, Mapping[str, float]]],
    names: dict[str, str],
    key: str,
    *,
    reference: float | None = None,
    as_percent: bool = False,
    logarithmic: bool = False,
) -> None:
    st.markdown(f"**{title}**")
    figure = training_curves(
        history, names, step=_("step"), axis="", reference=reference, percent=as_percent, logarithmic=logarithmic,
        dark=dark_now(),
    )  # fmt: skip
    show_chart(figure, key=f"by_hand.curve.{key}", alt=title)
