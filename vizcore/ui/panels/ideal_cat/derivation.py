"""The loss worked out with the visitor's own numbers, and the variation of the final picture."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vizcore.figures.loss_curves import as_terms
from vizcore.i18n import _
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.ideal_cat import formula
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


def last_values(result: IdealResult) -> dict[str, float]:
    """The values of the last step by name; {} without any step."""
    return {name: values[-1] for name, values in result.curves.items() if values}


def neighbour_differences(rgb: NDArray[np.uint8]) -> tuple[float, float]:
    """Mean |difference| of neighbours across and down, of pixels (H, W, 3) in [0, 1]; 0 where there is no neighbour."""
    pixels = rgb.astype(np.float64) / 255
    across, down = (np.abs(np.diff(pixels, axis=axis)) for axis in (1, 0))
    return float(across.mean()) if across.size else 0.0, float(down.mean()) if down.size else 0.0


def _show_loss(config: RunConfig, result: IdealResult) -> None:
    terms = as_terms(last_values(result))
    if "loss" not in terms:
        return
    total = terms.pop("loss")
    weights = {name: weight for name, weight in formula.weights(config.settings).items() if name in terms}
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
    across, down = neighbour_differences(result.pictures[0].rgb)
    st.markdown(_("The total variation of the final 8-bit picture: how much neighbouring pixels differ on average."))
    latex(r"V(x) = \overline{|x_{i,j+1} - x_{i,j}|} + \overline{|x_{i+1,j} - x_{i,j}|}")
    latex(f"= {across:.4f} + {down:.4f} = {across + down:.4f}")


def _weight(weight: float) -> str:
    """ "+150 " or "-3 "; a weight of one is its sign alone."""
    return f"{'-' if weight < 0 else '+'}" + ("" if abs(weight) == 1 else rf"{abs(weight):g} \cdot ")


def _sum(pieces: Iterable[str]) -> str:
    return " ".join(pieces).removeprefix("+")
