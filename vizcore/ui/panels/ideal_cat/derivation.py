"""The loss worked out with the visitor's own numbers, and the variation of the final picture."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.figures.loss_curves import as_terms
from vizcore.i18n import _
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.ideal_cat.run_configs import title_of
from vizcore.ui.panels.ideal_cat.run_group import RunConfig, RunGroup

if TYPE_CHECKING:
    from vizcore.generation.ideal.results import IdealResult

SYMBOLS = {
    "activation": "a(x)",
    "certainty": r"\log\tfrac{p}{1-p}",
    "variation": "V(x)",
    "l1": "L_1(x)",
    "l2": "L_2(x)",
    "blur": "B(x)",
    "diversity": "D(x)",
}


def show(shown: RunGroup, found: list[tuple[RunConfig, IdealResult]]) -> None:
    """One fold for each climb."""
    for config, result in found:
        with derivation(escaped(title_of(shown.experiment, config))):
            _show_loss(config, result)
            _show_variation(result)


def _show_loss(config: RunConfig, result: IdealResult) -> None:
    terms = as_terms(result.last_values)
    if "loss" not in terms:
        return
    total = terms.pop("loss")
    weights = {name: weight for name, weight in config.settings.loss_weights.items() if name in terms}
    st.markdown(_("The loss of the last step (step {step}), term by term:").format(step=result.steps))
    latex("L = " + _sum(f"{_weight(weight)}{SYMBOLS[name]}" for name, weight in weights.items()))
    latex("= " + _sum(f"{_weight(weight)}({terms[name] / weight:.4f})" for name, weight in weights.items()))
    latex("= " + _sum(f"{terms[name]:+.3f}" for name in weights) + f" = {total:.3f}")
    st.caption(
        _(
            "a: the number climbed; log p/(1 − p): how far the class is ahead of all others together; V: variation. "
            "The model reads the picture shifted, scaled and turned at random, so its terms jump from step to step."
        )
    )


def _show_variation(result: IdealResult) -> None:
    from vizcore.generation.ideal.results import neighbour_differences

    across, down = neighbour_differences(result.pictures[0].rgb)
    st.markdown(_("The total variation of the final 8-bit picture: how much neighbouring pixels differ on average."))
    latex(r"V(x) = \overline{|x_{i,j+1} - x_{i,j}|} + \overline{|x_{i+1,j} - x_{i,j}|}")
    latex(f"= {across:.4f} + {down:.4f} = {across + down:.4f}")


def _weight(weight: float) -> str:
    """ "+150 " or "-3 "; a weight of one is its sign alone."""
    return f"{'-' if weight < 0 else '+'}" + ("" if abs(weight) == 1 else rf"{abs(weight):g} \cdot ")


def _sum(pieces: Iterable[str]) -> str:
    return " ".join(pieces).removeprefix("+")
