"""Section: the table of the contest, its curves, and one row asked again at this moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from vizcore.figures.contest import error_curves, error_dots
from vizcore.i18n import N_, _, ngettext
from vizcore.i18n.numbers import decimal, number, percent
from vizcore.learning.contest.asking import Question, ask
from vizcore.learning.contest.contestants import CONTESTANTS
from vizcore.learning.contest.digits import packaged_data
from vizcore.learning.contest.recorded import recording
from vizcore.learning.contest.results import ClassifierRun, ContestRun, Regime
from vizcore.learning.contest.standings import Standing, overlap, standing, standings
from vizcore.ui import choices, downloads
from vizcore.ui.charts import show_chart
from vizcore.ui.engine_call import quiet_answer
from vizcore.ui.error_panel import errors_shown
from vizcore.ui.panels.mnist.runs import STARTS, budget_words, digits_words, own_runs, recorded_runs
from vizcore.ui.tables import show_table
from vizcore.ui.theme_now import dark_now
from vizcore.ui.toolbar import Toolbar

REGIMES: dict[Regime, str] = {"time": N_("In the same time"), "epochs": N_("After the same epochs")}
ASKED = "small-cnn"
PER_CENT = "%\u202f\u00a0 "


def show(bar: Toolbar) -> None:
    """Curves and dots above, the table below them, then who can be told apart and where it all comes from."""
    with bar.row:
        texts = {str(key): _(text) for key, text in REGIMES.items()}
        chosen = choices.choose_one(_("Budget"), texts, key="mnist.regime", default="time", quiet=True)
    regime: Regime = "epochs" if chosen == "epochs" else "time"
    runs = recorded_runs(regime)
    rows = standings(runs, regime)
    classifiers = [row for row in rows if not row.detector]
    _show_curves([run for row in classifiers for run in row.runs], classifiers, regime)
    st.markdown("**" + _("Recorded runs, {budget} each").format(budget=budget_words(runs[0])) + "**")
    _show_classifiers(classifiers, [run for run in own_runs() if isinstance(run, ClassifierRun)])
    _show_verdict(classifiers)
    _show_detectors([row for row in rows if row.detector])
    _show_asked_again(runs)
    _show_origin(runs)


def _show_curves(runs: Sequence[ContestRun], rows: Sequence[Standing], regime: Regime) -> None:
    left, right = st.columns([3, 2], gap="medium")
    with left:
        title = _("Wrong answers to the test digits, seed by seed")
        st.markdown(f"**{title}**")
        by, axis = ("seconds", _("seconds of training")) if regime == "time" else ("epochs", _("epochs"))
        figure = error_curves(runs, by=by, axis=axis, dark=dark_now())
        show_chart(figure, key=f"mnist.curves.{regime}", alt=title)
    with right:
        title = _("Wrong at the end: mean, 95 % interval, every seed")
        st.markdown(f"**{title}**")
        names = [_(CONTESTANTS[row.contestant].title) for row in rows]
        figure = error_dots(rows, names, dark=dark_now())
        show_chart(figure, key=f"mnist.dots.{regime}", alt=title)


def _show_classifiers(rows: Sequence[Standing], own: Sequence[ClassifierRun]) -> None:
    show_table([_line(row) for row in rows])
    if own:
        st.markdown("**" + _("Run here, one seed each") + "**")
        show_table([_line(standing([run]), budget_words(run), digits_words(run)) for run in reversed(own)])


def _line(row: Standing, *told: str) -> dict[str, str]:
    """told: what else stands behind the contestant's name."""
    run = row.first
    low, high = row.interval or (0.0, 1.0)
    contestant = CONTESTANTS[row.contestant]
    words = [_(contestant.title), *([_(STARTS[run.start])] if contestant.pretrained else [])]
    return {
        _("Contestant"): ", ".join([*words, *told]),
        _("Accuracy (seeds from – to)"): _with_range(row, _percents),
        _("95 % interval"): _from_to(low, high, _percents),
        _("Macro F1"): decimal(row.second.mean, 3),
        _("Loss"): decimal(row.loss.mean, 2) if row.loss else "",
        _("Training, s"): number(row.seconds.mean, 1),
        _("Epochs"): decimal(row.epochs.mean, 1),
        _("ms a digit"): decimal(row.inference_ms.mean, 2),
        _("Parameters"): number(run.parameters, 0),
        _("Seeds"): number(len(row.runs), 0),
    }


def _with_range(row: Standing, written: Callable[[float], str]) -> str:
    """The mean and, over several seeds, the lowest and the highest."""
    if len(row.runs) == 1:
        return written(row.score.mean)
    return f"{written(row.score.mean)} ({_from_to(row.score.low, row.score.high, written)})"


def _from_to(low: float, high: float, written: Callable[[float], str]) -> str:
    """With the unit once, so that a narrow column holds it."""
    return f"{written(low).rstrip(PER_CENT)} – {written(high)}"


def _percents(value: float) -> str:
    return percent(value, 1)


def _show_verdict(rows: Sequence[Standing]) -> None:
    if not rows:
        return
    best = max(rows, key=lambda row: row.score.mean)
    near = [_(CONTESTANTS[row.contestant].title) for row in rows if row is not best and overlap(row, best)]
    title = _(CONTESTANTS[best.contestant].title)
    if near:
        words = _(
            "**{best}** leads; on {n} test digits the intervals of these meet its own, which settles nothing: {others}."
        )
    else:
        words = _("**{best}** leads, and its interval meets no other: {n} test digits are enough to say so.")
    st.markdown(words.format(best=title, n=number(best.first.test_count, 0), others=", ".join(near)))


def _show_detectors(rows: Sequence[Standing]) -> None:
    """In a table of its own: mAP is not an accuracy."""
    if not rows:
        return
    st.markdown(_("**A detector plays another game.** It has to find one to three digits in a scene of 128 × 128 px."))
    show_table(
        [
            {
                _("Detector"): _(CONTESTANTS[row.contestant].title),
                _("mAP, IoU .50 to .95 (seeds from – to)"): _with_range(row, lambda value: decimal(value, 3)),
                _("AP at IoU .50"): decimal(row.second.mean, 3),
                _("Training, s"): number(row.seconds.mean, 1),
                _("Epochs"): decimal(row.epochs.mean, 1),
                _("ms a scene"): number(row.inference_ms.mean, 1),
                _("Parameters"): number(row.first.parameters, 0),
                _("Seeds"): number(len(row.runs), 0),
            }
            for row in rows
        ]
    )
    scenes = rows[0].first.test_count
    st.caption(
        ngettext(
            "Asked on {n} scene made of test digits alone.", "Asked on {n} scenes made of test digits alone.", scenes
        ).format(n=number(scenes, 0))
    )


def _show_asked_again(runs: Sequence[ContestRun]) -> None:
    """The shipped weights answer the test digits now: is it what was recorded?"""
    known = [run for run in recording().runs if run.contestant == ASKED and run.regime == "time" and run.seed == 0]
    run = known[0] if known else None
    if not isinstance(run, ClassifierRun):
        return
    from vizcore.engine import NO_MODEL

    with errors_shown(about=_(CONTESTANTS[ASKED].title), where="ask"):
        test = packaged_data().test
        question = Question(test.pictures, (ASKED,), {})
        found = quiet_answer(ask, NO_MODEL, None, question)
        answers = found.probabilities[0].argmax(1)  # type: ignore[attr-defined]
        st.success(
            _(
                "Asked again at this moment: the **{title}** as recorded (seed 0, {seconds} s) reads {right} of {n}"
                " test digits, and gives the recorded answer to {same} of them. Its weights ship in half precision."
            ).format(
                title=_(CONTESTANTS[ASKED].title),
                seconds=number(run.budget, 0),
                right=number(int((answers == test.labels).sum()), 0),
                n=number(len(test), 0),
                same=number(int((answers == run.answers).sum()), 0),
            ),
            icon=":material/replay:",
        )


def _show_origin(runs: Sequence[ContestRun]) -> None:
    made = recording().made
    st.caption(
        _(
            "Recorded on {date}: {processor}, {threads} thread of {cores} cores that others used too, so time is CPU"
            " time of training alone. Script `{script}`, log `{log}`. 4,000 digits to learn from, the same 1,000 for"
            " every test; nothing was chosen by the test, the last weights count. The interval is that of the mean"
            " accuracy over 1,000 digits. No ImageNet weights of AlexNet and VGG16 were there, so both start from"
            " noise."
        ).format(**made)
    )
    with downloads.export():
        downloads.download_json(runs, key="mnist.json")
        downloads.download_csv([_record(run) for run in (*runs, *own_runs())], name="mnist-contest", key="mnist.csv")


def _record(run: ContestRun) -> dict[str, str | int | float | None]:
    """A line of the CSV: keys are never translated."""
    return {
        "contestant": run.contestant,
        "regime": run.regime,
        "budget": run.budget,
        "clock": run.clock,
        "seed": run.seed,
        "start": run.start,
        "accuracy_or_map": run.looks[-1].score if run.looks else None,
        "macro_f1": run.macro_f1 if isinstance(run, ClassifierRun) else None,
        "test_loss": run.test_loss if isinstance(run, ClassifierRun) else None,
        "training_s": run.seconds,
        "epochs": run.epochs,
        "inference_ms": run.inference_ms,
        "parameters": run.parameters,
        "source": run.source,
        "train_count": run.train_count,
        "test_count": run.test_count,
        "data_sha256": str(run.provenance.settings.get("data_sha256", recording().made["data_sha256"])),
    }
