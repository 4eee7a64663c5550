"""Section: the network by hand learns real digits, live."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.by_hand.digit_network import filters_preview, initial_state
from vizcore.by_hand.digits import TEST, VALIDATION
from vizcore.by_hand.learner import LIMITS, TrainingSettings, overfit_losses
from vizcore.by_hand.results import TrainedDigits
from vizcore.errors import TrainingDiverged, VizError
from vizcore.figures.by_hand import training_curves
from vizcore.i18n import _
from vizcore.i18n.numbers import number, percent, power
from vizcore.ui import downloads
from vizcore.ui.charts import show_chart
from vizcore.ui.error_panel import show_error
from vizcore.ui.fragments import fragment
from vizcore.ui.job_panel import POLL_S, begin_job, live_picture, show_state
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.by_hand import digit_answer, teacher
from vizcore.ui.panels.by_hand.url_values import choose_number, hidden
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
        _show_result(found)
    digit_answer.show(found.parameters if found else initial_state(settings.seed), trained=found is not None)
    if found is not None:
        _show_exports(found, settings)
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
    from dataclasses import replace

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
            reference=math.log(10),
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


def _show_result(found: TrainedDigits) -> None:
    """The test's answer with its interval, and three checks that everything is in order."""
    if found.diverged_at is not None:
        loss = f"{found.batch_losses[-1]:.3g}"
        rate = float(found.provenance.settings["learning_rate"])
        show_error(TrainingDiverged(step=found.diverged_at, learning_rate=rate, loss=loss))
    overfit, ratios = _overfit(found), found.curves.get("update_ratio", ())
    cells = {
        _("Test accuracy"): (percent(found.test_accuracy, 1), ""),
        _("First loss"): (
            number(found.first_loss, 3),
            _("Untrained, the network guesses among ten classes: the loss should be near ln 10 = {value}.").format(
                value=number(math.log(10), 3)
            ),
        ),
        _("20 by heart"): (
            number(overfit[-1], 4),
            _("The loss after learning only 20 pictures over and over: near zero, or something is broken."),
        ),
        _("Update / weight"): (
            power(ratios[0]) if ratios else "–",
            _(
                "The size of a step beside the size of the weights, at the end of the first epoch; 10⁻³ to 10⁻² is"
                " healthy. It falls with the learning rate."
            ),
        ),
    }
    show_metrics([Cell(name, value, explain or None) for name, (value, explain) in cells.items()], width=150)
    low, high = found.interval
    st.caption(
        _(
            "{right} of {n} digits that were kept back are right (95 % interval {low} to {high}), asked once, with the"
            " weights of epoch {epoch}: the lowest loss on {v} validation digits. The same 13 writers are in all parts,"
            " since the data does not say who wrote what."
        ).format(
            right=found.right,
            n=TEST,
            low=percent(low, 1),
            high=percent(high, 1),
            epoch=found.best_epoch,
            v=VALIDATION,
        )
    )


def _overfit(found: TrainedDigits) -> list[float]:
    known = found.provenance.settings
    settings = TrainingSettings(
        seed=int(known["seed"]), learning_rate=float(known["learning_rate"]), momentum=float(known["momentum"])
    )
    kept: dict[TrainingSettings, list[float]] = st.session_state.setdefault("by_hand.overfit", {})
    if settings not in kept:
        kept.clear()
        kept[settings] = overfit_losses(settings)
    return kept[settings]


def _show_exports(found: TrainedDigits, settings: TrainingSettings) -> None:
    if "export" in hidden():
        return
    from vizcore.by_hand.script import training_script
    from vizcore.by_hand.weights_file import npz_bytes

    with downloads.export():
        downloads.download_json(found, key="by_hand.train.json")
        downloads.download_made(
            lambda: npz_bytes(found.parameters), name="digits-weights.npz", mime="application/zip", key="by_hand.npz",
            label=_("Weights (npz)"),
        )  # fmt: skip
        downloads.download_made(
            lambda: training_script(settings).encode(), name="train_digits.py", mime="text/x-python",
            key="by_hand.train.script", label=_("Script (NumPy)"),
        )  # fmt: skip
