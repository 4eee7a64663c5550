"""The climb itself: one Start, one Stop, the pictures as they grow and the loss as it falls."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from vizcore.figures.bars import short_label
from vizcore.figures.loss_curves import loss_curves
from vizcore.i18n import _
from vizcore.i18n.numbers import number, percent
from vizcore.pictures import encode_png
from vizcore.snapshots import Snapshot
from vizcore.ui.error_panel import show_error
from vizcore.ui.fragments import fragment
from vizcore.ui.headings import coloured_title, model_heading
from vizcore.ui.job_panel import POLL_S, live_picture, show_state
from vizcore.ui.literal import literal, visible
from vizcore.ui.panels.ideal_cat import crew, formula
from vizcore.ui.panels.ideal_cat.crew import Climb, Crew
from vizcore.ui.panels.ideal_cat.plans import RECIPES
from vizcore.ui.theme_now import dark_now

if TYPE_CHECKING:
    from vizcore.generation.ideal.results import IdealResult

CURVES_EVERY_S = 1.0  # a plot costs more than a picture
EMPTY_HEIGHT = 240


def show_buttons(experiment: str, climbs: tuple[Climb, ...]) -> None:
    """Start, Stop, and the next noise."""
    busy = crew.under_way()

    def stop() -> None:
        if running := crew.current(experiment):
            running.stop()

    def other_noise() -> None:
        st.session_state["ideal_cat.seed"] = (st.session_state.get("ideal_cat.seed") or 0) + 1

    st.button(
        _("Start"),
        key="ideal_cat.start_button",
        icon=":material/play_arrow:",
        width="stretch",
        disabled=busy or not climbs,
        on_click=lambda: crew.begin(experiment, climbs),
    )
    with st.container(horizontal=True):
        st.button(_("Stop"), key="ideal_cat.stop_button", icon=":material/stop:", disabled=not busy, on_click=stop)
        st.button(
            _("Other noise"),
            key="ideal_cat.noise_button",
            icon=":material/casino:",
            disabled=busy,
            on_click=other_noise,
            help=_("Equal seeds give equal pictures; this takes the next seed."),
        )


def show(experiment: str, climbs: tuple[Climb, ...]) -> Crew | None:
    """Live pictures and curves; the crew shown, running or over, or None before the first Start."""
    busy = crew.under_way()
    fragment(lambda: _draw(experiment, climbs, busy), every_s=POLL_S if busy else None)
    return crew.current(experiment)


def _draw(experiment: str, climbs: tuple[Climb, ...], busy: bool) -> None:
    shown = crew.current(experiment)
    if shown:
        shown.advance()
    if crew.under_way() != busy:
        st.rerun()
    listed = shown.climbs if shown else climbs
    formulas = {climb.name: formula.in_words(climb.settings) for climb in listed}
    one_for_all = len(set(formulas.values())) == 1
    if one_for_all:
        st.markdown(formulas[listed[0].name])
    for climb, place in _places(listed):
        with place:
            heading(shown.experiment if shown else experiment, climb)
            if not one_for_all:
                st.markdown(formulas[climb.name])
            if shown:
                _show_climb(shown, climb, wide=len(listed) <= 2)
            else:
                st.container(border=True, height=EMPTY_HEIGHT).caption(_("Press Start: the picture grows here."))


def _places(climbs: tuple[Climb, ...]) -> Iterator[tuple[Climb, Any]]:
    """Rows of columns: two by two for four recipes."""
    columns = {1: 1, 2: 2, 4: 2}.get(len(climbs), 3)
    for first in range(0, len(climbs), columns):
        yield from zip(climbs[first : first + columns], st.columns(columns), strict=False)


def heading(experiment: str, climb: Climb) -> None:
    """The model's name, or the recipe's in an ablation."""
    if experiment == "ablation":
        st.markdown(f"#### {_(RECIPES[climb.name])}")
        st.caption(coloured_title(climb.card))
    else:
        model_heading(climb.card)


def _show_climb(shown: Crew, climb: Climb, *, wide: bool) -> None:
    job = shown.jobs.get(climb.name)
    if error := shown.error(climb):
        show_error(error)
    if job is None:
        if climb.name in shown.waiting:
            st.caption(_("comes next"))
        return
    snapshot = job.snapshot()
    if snapshot is None:
        if not job.error:
            show_state(job)
        return
    _show_picture(shown, climb, snapshot)
    share = snapshot.step / snapshot.total if snapshot.total else 1.0
    st.progress(share, text=_("Step {step} of {total}").format(step=snapshot.step, total=snapshot.total))
    if job.done() and job.state != "done":
        show_state(job)
    history = [(step, values) for step, values in job.history() if "loss" in values]
    if history:
        st.markdown(formula.in_numbers(history[-1][1]))
    _show_certainty(shown.result(climb), history[-1][1] if history else {})
    if wide and history:
        _show_curves(shown, climb, history, done=job.done())


def _show_picture(shown: Crew, climb: Climb, snapshot: Snapshot) -> None:
    """The preview, or, when it is over, the best picture, which is the one that everything below speaks of."""
    alt = _("The picture of {model} so far").format(model=visible(climb.card.title))
    found = shown.result(climb)
    if found is not None:
        if climb.name not in shown.finals:
            from vizcore.generation.ideal.run import tiled

            shown.finals[climb.name] = encode_png(tiled([each.rgb for each in found.pictures]))
        st.image(shown.finals[climb.name], width="stretch", alt=alt)
        return
    if snapshot.preview is not None:
        shown.previews[climb.name] = live_picture(snapshot.preview)
    if latest := shown.previews.get(climb.name):
        st.image(latest, width="stretch", alt=alt)


def _show_certainty(found: IdealResult | None, values: Mapping[str, float]) -> None:
    """How sure the network is: of the picture as it is when it is over, of the shifted ones on the way."""
    if found is not None:
        pieces = [] if found.target_class is None else [
            f"{target_words(found)} **{percent(found.probability(), 1)}**"
        ]  # fmt: skip
        pieces.append(_("variation **{value}**").format(value=number(float(found.total_variation[0]), 3)))
        st.markdown(" · ".join(pieces))
    elif "probability" in values:
        st.markdown(_("The network is {percent} sure.").format(percent=f"**{percent(values['probability'], 1)}**"))


def _show_curves(shown: Crew, climb: Climb, history: list[Any], *, done: bool) -> None:
    """Drawn anew once a second: the picture changes more often."""
    drawn_at, steps, figure = shown.curves.get(climb.name, (0.0, -1, None))
    if figure is None or (steps != len(history) and (done or time.monotonic() - drawn_at >= CURVES_EVERY_S)):
        figure = loss_curves(history, formula.names(), dark=dark_now())
        shown.curves[climb.name] = (time.monotonic(), len(history), figure)
    st.plotly_chart(
        figure,
        key=f"ideal_cat.curves.{climb.name}",
        config={"displayModeBar": False},
        alt=_("Each term of the loss against the step"),
    )


def target_words(result: IdealResult) -> str:
    """The target as it stands in a sentence: a class by its first name, a layer's part in full."""
    return literal(result.target if result.target_class is None else short_label(result.target))
