"""Which of the recipe's ideas are switched on, and with which numbers?"""

from __future__ import annotations

import streamlit as st

from vizcore.generation.ideal.choices import Hyperparameters
from vizcore.i18n import _
from vizcore.ui import url_state

FACTORS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0)


def ask(experiment: str) -> Hyperparameters:
    """The switches in three columns: loss, pixels, transforms; then the numbers."""
    loss, pixels, moves = st.columns(3)
    with loss:
        st.markdown(_("**Loss**"))
        variation = _switch("variation", _("Variation loss (λ)"), on=True)
        factor = _factor(off=not variation)
        certainty = _switch("certainty", _("Certainty (log-odds)"), on=True)
        l1 = _switch("l1", _("L1 (few pixels away from grey)"), on=False)
        l2 = _switch("l2", _("L2 (distance from grey)"), on=False)
        blur = _switch("blur", _("Blur loss"), on=False)
    with pixels:
        st.markdown(_("**What is optimised**"))
        fourier = _switch("fourier", _("Waves instead of pixels (Fourier)"), on=True)
        colours = _switch("colours", _("Decorrelated colours"), on=True)
    with moves:
        st.markdown(_("**Transforms at each step**"))
        jitter = _switch("jitter", _("Jitter"), on=True)
        scale = _switch("scale", _("Scale"), on=True)
        rotate = _switch("rotate", _("Rotate"), on=True)
    if experiment == "ablation":
        st.caption(_("The four recipes set variation loss, waves, colours and transforms themselves."))
    numbers = _ask_numbers()
    count, diversity = _ask_several() if experiment == "several" else (1, 0.0)
    return Hyperparameters(
        factor if variation else 0.0, certainty, l1, l2, blur, fourier, colours, jitter, scale, rotate,
        *numbers, count, diversity,
    )  # fmt: skip


def _switch(name: str, label: str, *, on: bool) -> bool:
    return st.toggle(label, on, **url_state.bound(f"ideal_cat.{name}"))


def _factor(*, off: bool) -> float:
    return st.select_slider(
        _("λ, times the suggested value"), FACTORS, 1.0, disabled=off, **url_state.bound("ideal_cat.lambda")
    )


def _ask_numbers() -> tuple[int | None, float | None, int]:
    left, middle, right = st.columns(3)
    preset = _("as suggested")
    with left:
        steps = st.number_input(
            _("Steps"), 1, 2000, None, placeholder=preset, **url_state.bound("ideal_cat.steps")
        )  # fmt: skip
    with middle:
        rate = st.number_input(
            _("Step size (Adam)"), 0.001, 1.0, None, 0.01, format="%.3f", placeholder=preset,
            **url_state.bound("ideal_cat.rate"),
        )  # fmt: skip
    with right:
        seed = st.number_input(_("Seed of the noise"), 0, 999_999, 0, **url_state.bound("ideal_cat.seed"))
    return steps, rate, seed


def _ask_several() -> tuple[int, float]:
    left, right = st.columns(2)
    count = left.slider(_("Pictures at once"), 2, 9, 4, **url_state.bound("ideal_cat.count"))
    diversity = right.slider(
        _("Diversity: how much being alike costs"), 0.0, 50.0, 10.0, 1.0, **url_state.bound("ideal_cat.diversity")
    )
    return count, diversity
