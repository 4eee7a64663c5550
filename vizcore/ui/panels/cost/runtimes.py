"""The same model in several runtimes: what each step costs, whether the answers are the same, what is to be shipped."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from vizcore.errors import VizError
from vizcore.figures.costs import run_histogram, step_bars
from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import number
from vizcore.photo import Photo
from vizcore.runtimes.percentiles import median
from vizcore.ui import choices, downloads, url_state
from vizcore.ui.charts import show_chart
from vizcore.ui.engine_call import answer
from vizcore.ui.error_panel import show_error
from vizcore.ui.headings import coloured_title
from vizcore.ui.job_panel import show_job
from vizcore.ui.panels.cost import words
from vizcore.ui.panels.cost.measured_photo import key_of_photo
from vizcore.ui.session import engine, session_id
from vizcore.ui.tables import show_table
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.engine import JobHandle
    from vizcore.runtimes.parity import Parity
    from vizcore.runtimes.profiling import Profile, ProfileSettings, RuntimeProfile

USUAL = ("eager", "onnx")
FIRST_RUNS, FIRST_PHOTOS = 15, 8
RUNS = ("60", "300", "600")


def show(photo: Photo, card: ModelCard) -> None:
    """A short measurement at once; a long one of chosen runtimes on request, which then takes its place."""
    from vizcore.runtimes.profiling import Profile, ProfileSettings, profile

    quick = ProfileSettings(USUAL, runs=FIRST_RUNS, parity_photos=FIRST_PHOTOS)
    found: Profile | None = None
    place = st.container()
    with st.expander(_("Measure longer: more runtimes, more runs"), icon=":material/timer:"):
        settings = _choose_settings()

        def start() -> JobHandle:
            return engine().start(profile, card.key, photo, settings(), session=session_id())

        job = show_job(key_of_photo("cost.profile", card, photo), start)
        snapshot = job.snapshot() if job else None
        if snapshot is not None and isinstance(snapshot.result, Profile):
            found = snapshot.result
    with place:
        shown = found or answer(cast(Any, profile), card, photo, quick)
        if isinstance(shown, Profile):
            _show_profile(shown, card)


def _choose_settings() -> Callable[[], ProfileSettings]:
    """A function, so that each Start measures anew."""
    from vizcore.runtimes.profiling import ProfileSettings

    with st.container(horizontal=True, vertical_alignment="bottom"):
        texts = {name: words.runtime_name(name) for name in words.RUNTIME_NAMES}
        chosen = choices.choose_some(
            _("Runtimes"), texts, key="cost.runtimes", default=["eager", "onnx", "int8"], most=4,
            explain=_("torch.compile needs a C++ compiler and about a minute before its first answer."),
        )  # fmt: skip
        runs = choices.choose_one(_("Counted runs"), {each: each for each in RUNS}, key="cost.runs", default="60")
        batch = choices.choose_one(
            _("Photos in one pass"), {each: each for each in ("1", "4", "8")}, key="cost.batch", default="1"
        )
    ordered = tuple(name for name in words.RUNTIME_NAMES if name in chosen) or USUAL

    def settings() -> ProfileSettings:
        return ProfileSettings(ordered, int(runs), batch=int(batch), parity_photos=100, series=int(time.time()))

    return settings


def _show_profile(found: Profile, card: ModelCard) -> None:
    measured = [each for each in found.runtimes if each.refusal is None]
    st.markdown(headline(found, card))
    left, right = st.columns([3, 2])
    names = {name: _(title) for name, title in words.STEP_NAMES.items()}
    rows = [(words.runtime_name(each.name), {step: median(each.steps[step]) for step in names}) for each in measured]
    with left:
        show_chart(
            step_bars(rows, names, axis=_("Milliseconds of the median run")),
            key="cost.steps",
            alt=_("Median milliseconds of each step in each runtime"),
        )
    with right:
        show_chart(
            run_histogram(
                [(words.runtime_name(each.name), each.total_ms) for each in measured],
                axis=_("Milliseconds"),
                count=_("Runs"),
            ),
            key="cost.histogram",
            alt=_("How often each time was measured; no run is left out"),
        )
    show_table([_row(found, each) for each in measured])
    st.caption(words.conditions(found) + " " + _percentile_rule(found.n))
    for each in found.runtimes:
        if isinstance(each.refusal, VizError):
            show_error(each.refusal, about=words.runtime_name(each.name))
    _show_parity(measured)
    _show_budget(measured)
    downloads.show_exports("cost.profile", [found], table=csv_rows(measured))


def headline(found: Profile, card: ModelCard) -> str:
    """The fastest runtime against the reference, in words."""
    reference = found.reference
    others = [
        (each, speed)
        for each in found.runtimes
        if each is not reference and (speed := found.speed(each.name)) is not None
    ]
    if not others:
        return _("{model}: only one runtime could be measured.").format(model=coloured_title(card))
    best, speed = max(others, key=lambda pair: pair[1])
    if speed < 1:
        return _(
            "{model}: no other runtime is faster here than {reference} ({runtime}: {speed} times its speed)."
        ).format(
            model=coloured_title(card),
            reference=words.runtime_name(reference.name),
            runtime=words.runtime_name(best.name),
            speed=number(speed, 2),
        )
    return _("{model}: **{runtime}** is {speed} times as fast as {reference}, {verdict}.").format(
        model=coloured_title(card),
        runtime=words.runtime_name(best.name),
        speed=number(speed, 1),
        reference=words.runtime_name(reference.name),
        verdict=decided(best.parity),
    )


def decided(parity: Parity | None) -> str:
    """How far the decisions are the reference's: the end of a sentence."""
    if parity is None:
        return _("its decisions not compared")
    if not parity.same:
        return _("but with **other decisions**")
    agreement = parity.agreement
    if agreement.agreed == agreement.n:
        return _("with the same decisions")
    return ngettext(
        "with {agreed} of {n} decision the same", "with {agreed} of {n} decisions the same", agreement.n
    ).format(agreed=agreement.agreed, n=agreement.n)


def _row(found: Profile, each: RuntimeProfile) -> dict[str, str]:
    speed, values = found.speed(each.name), each.percentiles()
    return {
        _("Runtime"): words.runtime_name(each.name),
        "p50": words.milliseconds(values[50]),
        "p95": words.milliseconds(values[95], _("refused")),
        "p99": words.milliseconds(values[99], _("refused")),
        _("Model against {reference}").format(reference=words.runtime_name(found.reference.name)): "–"
        if speed is None
        else _verdict(speed),
        _("First call"): words.milliseconds(each.first_ms),
        _("Made ready"): words.milliseconds(each.ready_ms),
        _("Size"): _("{n} MB").format(n=number(each.size_mb, 2)),
        _("Memory peak"): "–" if each.peak_mb is None else _("{n} MB").format(n=number(each.peak_mb, 0)),
    }


def _verdict(speed: float) -> str:
    return f"{number(speed, 2)} ×" if speed >= 1 else _("{speed} × (slower)").format(speed=number(speed, 2))


def _percentile_rule(n: int) -> str:
    from vizcore.runtimes.percentiles import runs_needed

    need95, need99 = runs_needed(95), runs_needed(99)
    if n >= need99:
        return _("All percentiles are over enough runs.")
    return _(
        "p95 takes {p95} runs and p99 takes {p99}: with fewer, the slowest run lies below the percentile more often "
        "than once in twenty, and the number would be a guess."
    ).format(p95=need95, p99=need99)


def _show_parity(measured: Sequence[RuntimeProfile]) -> None:
    others = [each for each in measured if each.parity is not None]
    if not others:
        return
    st.subheader(_("Is it still the same model?"), anchor=False)
    rows = []
    for each in others:
        parity = each.parity
        if parity is None:
            continue
        row = {
            _("Runtime"): words.runtime_name(each.name),
            _("Same tensor in"): words.parity_text(parity),
            _("Same decisions"): words.agreement_text(parity.agreement),
        }
        for part in parity.slices[1:]:
            row[_("on {slice} photos").format(slice=_(words.SLICE_SHORT[part.name]))] = words.agreement_text(part)
        if parity.iou is not None and parity.worst_iou is not None:
            row[_("IoU of its boxes")] = _("mean {mean}, least {least}").format(
                mean=number(parity.iou, 3), least=number(parity.worst_iou, 3)
            )
        rows.append(row)
    show_table(rows)
    bad = [words.runtime_name(each.name) for each in others if each.parity and not each.parity.same]
    if bad:
        st.error(_("Not the same decisions: {names}. Do not ship it before you know why.").format(names=", ".join(bad)))
    st.caption(
        _(
            "Decisions are compared on cuts of this machine's sample photos, a quarter each darkened, blurred and made "
            "small: right for equality, but no accuracy, since cuts of one photo are no independent sample. The "
            "interval "
            "(Wilson, 95 %) takes them as if they were."
        )
    )


def _show_budget(measured: Sequence[RuntimeProfile]) -> None:
    from vizcore.runtimes.profiling import budget_broken

    st.subheader(_("A latency budget"), anchor=False)
    st.caption(_("How many milliseconds may each step take? A median above its budget is marked ✗."))
    with st.container(horizontal=True):
        budget = {
            step: st.number_input(
                f"{_(title)} (ms)",
                0.1,
                10_000.0,
                10.0,
                1.0,
                format="%g",
                width=150,
                **url_state.bound(f"cost.budget.{step}"),
            )
            for step, title in words.STEP_NAMES.items()
        }
    rows, broken = [], 0
    for each in measured:
        row, over = {_("Runtime"): words.runtime_name(each.name)}, budget_broken(each, budget)
        broken += len(over)
        for step in budget:
            middle = words.milliseconds(median(each.steps[step]))
            row[_(words.STEP_NAMES[step])] = ("✗ " if step in over else "✓ ") + middle
        rows.append(row)
    show_table(rows)
    if broken:
        st.warning(
            ngettext("{n} step is over its budget (✗).", "{n} steps are over their budget (✗).", broken).format(
                n=broken
            )
        )
    else:
        st.success(_("Every step keeps its budget."))


def csv_rows(measured: Sequence[RuntimeProfile]) -> list[dict[str, downloads.Cell]]:
    """One row for each counted run, language-free."""
    return [
        {
            "runtime": each.name,
            "run": run + 1,
            **{f"{step}_ms": float(values[run]) for step, values in each.steps.items()},
        }
        for each in measured
        for run in range(len(each.total_ms))
    ]
