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
from vizcore.ui.charts import show_chart
from vizcore.ui.error_panel import show_error
from vizcore.ui.fragments import fragment
from vizcore.ui.headings import coloured_title, model_heading
from vizcore.ui.job_panel import POLL_S, is_new, live_picture, show_state
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.panels.ideal_cat import formula, run_group
from vizcore.ui.panels.ideal_cat.run_configs import RECIPES
from vizcore.ui.panels.ideal_cat.run_group import RunConfig, RunGroup
from vizcore.ui.theme_now import dark_now

if TYPE_CHECKING:
    from vizcore.generation.ideal.results import IdealResult

CURVES_EVERY_S = 1.0  # a plot costs more than a picture
EMPTY_HEIGHT = 240


def begin_first(experiment: str, configs: tuple[RunConfig, ...]) -> None:
    """The page opens on a run of the bundled models; everything after that waits for Start."""
    if configs and all(config.card.ships for config in configs) and is_new("ideal_cat", "opened"):
        run_group.begin(experiment, configs)


def show_buttons(experiment: str, configs: tuple[RunConfig, ...]) -> Any:
    """Start, Stop, and the next noise; returns the place beside them. They stay where they are while it runs."""
    busy = run_group.under_way()

    def start() -> None:
        begun = run_group.begin(experiment, configs)
        if begun is not None and begun.sequence.known:
            st.session_state["ideal_cat.watch"] = True

    def stop() -> None:
        if running := run_group.current(experiment):
            running.sequence.stop()

    def other_noise() -> None:
        st.session_state["ideal_cat.seed"] = (st.session_state.get("ideal_cat.seed") or 0) + 1

    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            _("Start"),
            key="ideal_cat.start_button",
            icon=":material/play_arrow:",
            disabled=busy or not configs,
            on_click=start,
        )
        st.button(_("Stop"), key="ideal_cat.stop_button", icon=":material/stop:", disabled=not busy, on_click=stop)
        st.button(
            _("Other noise"),
            key="ideal_cat.noise_button",
            icon=":material/casino:",
            disabled=busy,
            on_click=other_noise,
            help=_("Equal seeds give equal pictures; this takes the next seed."),
        )
        return st.container(width="stretch")


def show(experiment: str, configs: tuple[RunConfig, ...]) -> RunGroup | None:
    """Live pictures and curves; the group shown, running or over, or None before the first Start."""
    busy = run_group.under_way()
    fragment(lambda: _draw(experiment, configs, busy), every_s=POLL_S if busy else None)
    return run_group.current(experiment)


def _draw(experiment: str, configs: tuple[RunConfig, ...], busy: bool) -> None:
    shown = run_group.current(experiment)
    if shown:
        shown.sequence.advance()
    if run_group.under_way() != busy:
        st.rerun()
    if shown and shown.sequence.known and st.session_state.get("ideal_cat.watch"):
        st.caption(_("Known from before, so the result stands here at once; its film plays below, under *The film*."))
    listed = shown.configs if shown else configs
    formulas = {config.name: formula.in_words(config.settings) for config in listed}
    one_for_all = len(set(formulas.values())) == 1
    if one_for_all:
        st.markdown(formulas[listed[0].name])
    for config, place in _places(listed):
        with place:
            heading(shown.experiment if shown else experiment, config)
            if not one_for_all:
                st.markdown(formulas[config.name])
            if shown:
                _show_climb(shown, config, wide=len(listed) <= 2)
            else:
                st.container(border=True, height=EMPTY_HEIGHT).caption(_("Press Start: the picture grows here."))


def _places(configs: tuple[RunConfig, ...]) -> Iterator[tuple[RunConfig, Any]]:
    """Rows of columns: two by two for four recipes."""
    columns = {1: 1, 2: 2, 4: 2}.get(len(configs), 3)
    for first in range(0, len(configs), columns):
        yield from zip(configs[first : first + columns], st.columns(columns), strict=False)


def heading(experiment: str, config: RunConfig) -> None:
    """The model's name, or the recipe's in an ablation."""
    if experiment == "ablation":
        st.markdown(f"#### {_(RECIPES[config.name])}")
        st.caption(coloured_title(config.card))
    else:
        model_heading(config.card)


def _show_climb(shown: RunGroup, config: RunConfig, *, wide: bool) -> None:
    job = shown.sequence.jobs.get(config.name)
    if error := shown.sequence.error(config.name):
        show_error(error)
    if job is None:
        if config.name in shown.sequence.waiting:
            st.caption(_("comes next"))
        return
    snapshot = job.snapshot()
    if snapshot is None:
        if not job.error:
            show_state(job)
        return
    _show_picture(shown, config, snapshot)
    share = snapshot.step / snapshot.total if snapshot.total else 1.0
    st.progress(share, text=_("Step {step} of {total}").format(step=snapshot.step, total=snapshot.total))
    if job.done() and job.state != "done":
        show_state(job)
    history = [(step, values) for step, values in job.history() if "loss" in values]
    if history:
        st.markdown(formula.in_numbers(history[-1][1]))
    _show_certainty(shown.result(config), history[-1][1] if history else {})
    if wide and history:
        _show_curves(shown, config, history, done=job.done())


def _show_picture(shown: RunGroup, config: RunConfig, snapshot: Snapshot) -> None:
    """The preview, or, when it is over, the best picture, which is the one that everything below speaks of."""
    alt = _("The picture of {model} so far").format(model=visible(config.card.title))
    found = shown.result(config)
    if found is not None:
        if config.name not in shown.finals:
            from vizcore.generation.ideal.run import tiled

            shown.finals[config.name] = encode_png(tiled([each.rgb for each in found.pictures]))
        st.image(shown.finals[config.name], width="stretch", alt=alt)
        return
    if snapshot.preview is not None:
        shown.previews[config.name] = live_picture(snapshot.preview)
    if latest := shown.previews.get(config.name):
        st.image(latest, width="stretch", alt=alt)


def _show_certainty(found: IdealResult | None, values: Mapping[str, float]) -> None:
    """How sure the network is: of the picture as it is when it is over, of the shifted ones on the way."""
    if found is not None:
        pieces = [
            f"{escaped(short_label(label))} **{percent(share, 1)}**" for label, share in found.class_probabilities()
        ]
        pieces.append(_("variation **{value}**").format(value=number(float(found.total_variation[0]), 3)))
        st.markdown(" · ".join(pieces))
    elif "probability" in values:
        st.markdown(_("The network is {percent} sure.").format(percent=f"**{percent(values['probability'], 1)}**"))


def _show_curves(shown: RunGroup, config: RunConfig, history: list[Any], *, done: bool) -> None:
    """Drawn anew once a second: the picture changes more often."""
    drawn_at, steps, figure = shown.curves.get(config.name, (0.0, -1, None))
    if figure is None or (steps != len(history) and (done or time.monotonic() - drawn_at >= CURVES_EVERY_S)):
        figure = loss_curves(history, formula.names(config.settings), dark=dark_now())
        shown.curves[config.name] = (time.monotonic(), len(history), figure)
    show_chart(
        figure,
        key=f"ideal_cat.curves.{config.name}",
        alt=_("Each term of the loss against the step"),
    )


def target_words(result: IdealResult) -> str:
    """The target as it stands in a sentence: a class by its first name, a layer's part in full."""
    return escaped(result.target if result.target_class is None else short_label(result.target))
