"""Section: soft Dice, BCE, focal and Tversky on the same pair, and where each of them pushes."""

from __future__ import annotations

import math

import numpy as np
import streamlit as st

from vizcore.figures.mask_pairs import gradient_picture, pair_picture
from vizcore.i18n import N_, _
from vizcore.i18n.numbers import number, percent
from vizcore.metrics.masks import LossSettings, logits_of_mask, mask_loss
from vizcore.metrics.masks.losses import LOSSES, Loss, soft_counts, stride_for
from vizcore.metrics.masks.overlap import Mask
from vizcore.pictures import encode_png
from vizcore.ui import url_state
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.panels.segmentation_metrics.pair_choice import choose_pair
from vizcore.ui.theme_now import dark_now

KEY = "segmentation_metrics"
NAMES = {
    "soft-dice": N_("Soft Dice"),
    "bce": N_("BCE (cross-entropy)"),
    "focal": N_("Focal"),
    "tversky": N_("Tversky"),
}
SAID = {
    "soft-dice": N_("Counts shares, not pixels: a small object pulls as hard as a large one."),
    "bce": N_("Every pixel counts the same, so a large background can drown a small object."),
    "focal": N_("BCE with the easy pixels turned down: what remains are the doubtful and wrong ones."),
    "focal, γ 0": N_("With γ = 0 no pixel is turned down: BCE with a weight for the object and one for the ground."),
    "tversky": N_("Dice with two weights: here a missed pixel costs more than a false one."),
    "tversky, β 0.5": N_("Dice with two weights: here a missed pixel and a false one cost the same, as in soft Dice."),
    "tversky, β small": N_("Dice with two weights: here a false pixel costs more than a missed one."),
}
FORMULAS = {
    "soft-dice": r"1 - \frac{2 \sum p_i t_i + \varepsilon}{\sum p_i + \sum t_i + \varepsilon}",
    "bce": r"-\frac{1}{N} \sum \big(t_i \log p_i + (1 - t_i) \log(1 - p_i)\big)",
    "focal": r"-\frac{1}{N} \sum \alpha_i (1 - \pi_i)^\gamma \log \pi_i, \quad \pi_i = p_i \text{ or } 1 - p_i",
    "tversky": r"1 - \frac{TP + \varepsilon}{TP + \alpha FP + \beta FN + \varepsilon}",
}


def show() -> None:
    """The pair as soft probabilities, the four losses with their gradients as pictures, and the formulas."""
    masks = choose_pair()
    if masks is None:
        return
    truth, prediction = masks
    if (stride := stride_for(truth.shape)) > 1:
        words = _("The masks are {width} × {height} pixels; of {n} rows and columns one is used here.")
        st.caption(words.format(width=truth.shape[1], height=truth.shape[0], n=stride))
        truth, prediction = truth[::stride, ::stride], prediction[::stride, ::stride]
    with st.popover(_("Softness, focal and Tversky"), icon=":material/tune:", key=f"{KEY}.losses"):
        softness = st.slider(
            _("Softness of the predicted edge in pixels"),
            0.5,
            8.0,
            value=2.0,
            step=0.5,
            **url_state.bound(f"{KEY}.softness"),
        )
        settings = _choose_settings()
    logits = logits_of_mask(prediction, softness)
    left, right = st.columns([1, 2])
    with left:
        picture = pair_picture(truth, prediction, dark=dark_now())
        st.image(encode_png(picture), width="stretch", alt=_("Both masks laid over each other"))
    with right:
        st.markdown(
            _(
                "A network gives no mask but a logit $z$ for each pixel, $p = \\sigma(z)$. Here the logit is the"
                " distance to the predicted outline over the softness, positive inside. Red: training will lower $z$"
                " here. Blue: it will raise it. White: it leaves this pixel alone. Each picture has its own scale."
            )
        )
    losses = {name: mask_loss(name, logits, truth, settings) for name in LOSSES}
    for column, (name, loss) in zip(st.columns(4), losses.items(), strict=True):
        with column:
            _show_loss(name, loss, truth, prediction, said=said_of(name, settings))
    with derivation(_("The four losses")):
        for name, loss in losses.items():
            st.markdown(f"**{_(NAMES[name])}**")
            latex(f"{FORMULAS[name]} = {loss.value:.4f}")
        _show_sums(logits, truth, settings)


def _choose_settings() -> LossSettings:
    first = LossSettings()
    left, middle, right = st.columns(3)
    gamma = left.slider(
        _("Focal: exponent γ"), 0.0, 5.0, value=first.gamma, step=0.5, **url_state.bound(f"{KEY}.gamma")
    )
    alpha = middle.slider(
        _("Focal: weight α of the object"), 0.05, 0.95, value=first.alpha, step=0.05, **url_state.bound(f"{KEY}.alpha")
    )
    beta = right.slider(
        _("Tversky: weight β of what is missed"),
        0.0,
        1.0,
        value=first.false_negatives,
        step=0.05,
        **url_state.bound(f"{KEY}.beta"),
    )
    return LossSettings(gamma=gamma, alpha=alpha, false_positives=1 - beta, false_negatives=beta)


def said_of(name: str, settings: LossSettings) -> str:
    """What the loss does with these settings."""
    missed, false, key = settings.false_negatives, settings.false_positives, name
    if name == "tversky" and math.isclose(missed, false):
        key = "tversky, β 0.5"
    elif name == "tversky" and missed < false:
        key = "tversky, β small"
    elif name == "focal" and settings.gamma == 0:
        key = "focal, γ 0"
    return _(SAID[key])


def _show_loss(name: str, loss: Loss, truth: Mask, prediction: Mask, *, said: str) -> None:
    st.metric(_(NAMES[name]), number(loss.value, 4))
    alt = _("Gradient of the loss {name} for each pixel").format(name=_(NAMES[name]))
    st.image(encode_png(gradient_picture(loss.gradient)), width="stretch", alt=alt)
    st.caption(said)
    wrong = loss.pull_on(truth != prediction)
    if wrong is not None:
        st.caption(_("{share} of the pull is on wrong pixels.").format(share=percent(wrong, 0)))


def _show_sums(logits: np.ndarray, truth: Mask, settings: LossSettings) -> None:
    found = soft_counts(logits, truth)
    tp, fp, fn = found.tp, found.fp, found.fn
    latex(rf"\sum p_i t_i = {tp:.1f} \quad \sum p_i = {tp + fp:.1f} \quad \sum t_i = {truth.sum()}")
    latex(
        rf"TP = {tp:.1f} \quad FP = {fp:.1f} \quad FN = {fn:.1f} \quad \alpha_T = {settings.false_positives:.2f} \quad"
        rf" \beta_T = {settings.false_negatives:.2f} \quad \varepsilon = {settings.epsilon:g}"
    )
