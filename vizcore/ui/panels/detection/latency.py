"""Time: how long each detector takes on this machine, phase by phase, with everything that the number depends on."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.figures.timing import phase_bars, time_histogram
from vizcore.i18n import N_, _
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import NOTHING, number
from vizcore.i18n.pieces import named
from vizcore.photo import Photo
from vizcore.runtimes.percentiles import percentile_working
from vizcore.ui import choices, downloads
from vizcore.ui.charts import show_chart
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.headings import coloured_title
from vizcore.ui.job_series import result_of, show_series
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.detection.photos import choose_one
from vizcore.ui.session import engine, session_id
from vizcore.ui.tables import number_columns
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.detection.timing import Timing, TimingSettings
    from vizcore.engine import JobHandle

PHASE_WORDS = {"pre": N_("Preprocess"), "model": N_("Model"), "post": N_("Postprocess")}
TOTAL = N_("Together")
RUNS = ("10", "30", "100", "300")
BATCHES = ("1", "2", "4", "8")
TYPES = ("float32", "bfloat16")
FEW = 100  # runs under which p99 is only the slowest one

Measured = list[tuple[ModelCard, "Timing"]]


def show(photos: Sequence[Photo], cards: Sequence[ModelCard]) -> None:
    """One job for each detector, one after the other; then the table, the bars and the histogram."""
    photo = choose_one(photos)
    settings = _choose_settings()

    def start(key: str) -> JobHandle:
        from vizcore.detection.timing import measure_time

        return engine().start(measure_time, key, photo, settings, session=session_id())

    titles = [card.title for card in cards]
    quick = all(card.bundled for card in cards)
    jobs = show_series(
        "detection.time",
        [card.key for card in cards],
        start,
        titles=titles,
        once_for=(photo.sha256, *titles) if quick else None,  # at once on bundled models, which take a second
    )
    measured = finished(cards, jobs, photo)
    if measured:
        _show_measured(measured)


def _choose_settings() -> TimingSettings:
    from vizcore.detection.timing import TimingSettings

    left, middle, right = st.columns(3)
    with left:
        runs = choices.choose_one(_("Counted runs"), _same(RUNS), key="detection.runs", default="30")
    with middle:
        batch = choices.choose_one(_("Photos in one pass"), _same(BATCHES), key="detection.batch", default="1")
    with right:
        dtype = choices.choose_one(_("Number type"), _same(TYPES), key="detection.dtype", default="float32")
    return TimingSettings(
        runs=int(runs),
        batch=int(batch),
        dtype="bfloat16" if dtype == "bfloat16" else "float32",
        series=int(time.time()),
    )


def _same(values: Sequence[str]) -> dict[str, str]:
    return {value: value for value in values}


def finished(cards: Sequence[ModelCard], jobs: Mapping[str, JobHandle], photo: Photo) -> Measured:
    """What was measured on this photo; the jobs of the one before are held until others are started."""
    from vizcore.detection.timing import Timing

    found = [(card, result_of(jobs.get(card.key))) for card in cards]
    return [
        (card, each)
        for card, each in found
        if isinstance(each, Timing) and len(each.total_ms) and photo.sha256 in each.provenance.photos_sha256
    ]


def _show_measured(measured: Measured) -> None:
    rows = time_rows(measured)
    st.dataframe(
        rows,
        hide_index=True,
        placeholder=NOTHING,
        width="stretch",
        column_config=number_columns(*list(rows[0])[2:] if rows else ()),
    )
    for card, each in measured:
        st.caption(named(coloured_title(card), conditions(each)))
    medians = [(card.title, {name: each.percentiles()[name]["p50"] for name in PHASE_WORDS}) for card, each in measured]
    left, right = st.columns(2)
    with left:
        st.markdown(_("**Phases of the median run**"))
        show_chart(
            phase_bars(medians, {key: _(text) for key, text in PHASE_WORDS.items()}, axis=_("Milliseconds")),
            key="detection.time.phases",
            alt=_("Preprocess, model and postprocess of each detector"),
        )
    with right:
        st.markdown(_("**All counted runs**"))
        show_chart(
            time_histogram(
                [(card.title, card.family, each.total_ms) for card, each in measured],
                axis=_("Milliseconds"),
                count=_("Runs"),
            ),
            key="detection.time.histogram",
            alt=_("How often each time was measured"),
        )
    _show_difference(measured)
    _show_working(measured)
    downloads.show_exports("detection.time", [each for _card, each in measured], table=csv_rows(measured))


def time_rows(measured: Measured) -> list[dict[str, str | float]]:
    """One row for each detector and phase: p50, p95 and p99 in milliseconds."""
    words = {**PHASE_WORDS, "total": TOTAL}
    return [
        {
            _("Model"): card.title,
            _("Phase"): _(text),
            **{f"{name} (ms)": round(value, 2) for name, value in each.percentiles()[phase].items()},
        }
        for card, each in measured
        for phase, text in words.items()
    ]


def conditions(each: Timing) -> str:
    """Everything that the numbers depend on, in one line."""
    height, width = each.size_hw
    warm = ", ".join(number(float(value), 0) for value in each.warm_up_ms)
    return _(
        "n = {n}; {device}, {threads}; batch {batch}; {dtype}; input {width} x {height} px; warm-up apart: {warm} ms."
    ).format(
        n=counted("run", len(each.total_ms)),
        device=escaped(each.provenance.device or "cpu"),
        threads=counted("thread", each.threads),
        batch=each.batch,
        dtype=escaped(each.provenance.dtype),
        width=width,
        height=height,
        warm=warm or "-",
    )


def _show_difference(measured: Measured) -> None:
    """The fastest against the slowest, in words."""
    if len(measured) < 2:
        return
    ordered = sorted(measured, key=lambda pair: pair[1].percentiles()["total"]["p50"])
    (fast, first), (slow, last) = ordered[0], ordered[-1]
    factor = last.percentiles()["total"]["p50"] / first.percentiles()["total"]["p50"]
    st.markdown(
        _("Half of the runs of {fast} take less than {ms} ms; {slow} takes {factor} times as long.").format(
            fast=coloured_title(fast),
            ms=number(first.percentiles()["total"]["p50"], 1),
            slow=coloured_title(slow),
            factor=number(factor, 2),
        )
    )


def _show_working(measured: Measured) -> None:
    card, each = measured[0]
    values, working = each.total_ms, percentile_working(each.total_ms, 95)
    with derivation(_("Percentiles")):
        st.markdown(
            _("{model}: {n} sorted runs, from {least} to {most} ms.").format(
                model=coloured_title(card),
                n=len(values),
                least=number(float(values.min()), 2),
                most=number(float(values.max()), 2),
            )
        )
        latex(
            rf"p_{{95}}:\ 0.95\,(n-1) = {working.place:.2f} \quad"
            rf" {working.low:.2f} + {working.part:.2f}\,({working.high:.2f} - {working.low:.2f})"
            rf" = {working.value:.2f}\ \mathrm{{ms}}"
        )
        if len(values) < FEW:
            st.markdown(_("With fewer than {n} runs, p99 leans on the single slowest run.").format(n=FEW))


def csv_rows(measured: Measured) -> list[dict[str, downloads.Cell]]:
    """One row for each counted run, language-free."""
    return [
        {"model": card.key, "run": run, "pre_ms": float(pre), "model_ms": float(network), "post_ms": float(post)}
        for card, each in measured
        for run, (pre, network, post) in enumerate(zip(each.pre_ms, each.model_ms, each.post_ms, strict=True), start=1)
    ]
