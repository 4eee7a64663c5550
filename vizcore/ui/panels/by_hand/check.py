"""Section: is every gradient right, and what does a mistake look like?"""

from __future__ import annotations

from functools import lru_cache

import streamlit as st

from vizcore.by_hand.gradient_check import (
    PICTURE,
    SAMPLES,
    CheckSettings,
    TensorCheck,
    check_problem,
    errors_by_step,
    passed,
    problem,
    relative_error,
)
from vizcore.by_hand.torch_oracle import torch_gradients
from vizcore.figures.by_hand import error_by_step
from vizcore.i18n import N_, _, ngettext
from vizcore.i18n.numbers import number, power
from vizcore.ui import downloads
from vizcore.ui.charts import show_chart
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.panels.by_hand import teacher
from vizcore.ui.panels.by_hand.url_values import choose, choose_number, hidden
from vizcore.ui.tables import show_table
from vizcore.ui.theme_now import dark_now

MISTAKE_TITLES = {
    "none": N_("Nothing: as it should be"),
    "kernel_not_flipped": N_("The kernel is not turned on the way back"),
    "bias_per_tap": N_("The bias is added in every product"),
    "pool_route": N_("Pooling hands its gradient to the wrong cell"),
    "softmax_copied": N_("The softmax is skipped on the way back"),
    "float32": N_("Numbers of 32 bits"),
}
WHAT_BROKE = {
    "kernel_not_flipped": N_(
        "The input's gradient is a full convolution, so the kernel must be turned by 180°. Left as it is, it is wrong"
        " for the picture and for everything before the convolution, while that layer's own weights stay right: an"
        " error shows up further back than where it was made."
    ),
    "bias_per_tap": N_(
        "The forward pass adds the bias once for each product, so nudging it moves the loss that many times more than"
        " its gradient says: only the biases of the convolutions are wrong."
    ),
    "pool_route": N_(
        "Max pooling must hand the gradient to the cell that won. Given to the first cell of each window, everything"
        " before the pooling is wrong, everything after it is right."
    ),
    "softmax_copied": N_(
        "The gradient by the probabilities, −y / p, was passed on as if it were that by the logits. The softmax's own"
        " derivative is missing, and every tensor is wrong, since all of them lie behind it."
    ),
    "float32": N_(
        "Nothing is wrong with the formulas: with 32 bits the difference of two nearly equal losses has hardly a digit"
        " left at this step. Check gradients in float64."
    ),
}
VERDICTS = {
    "right": N_("✓ right"),
    "fine": N_("✓ fine where there are kinks"),
    "doubtful": N_("✗ doubtful"),
    "wrong": N_("✗ wrong"),
    "unknown": N_("? nothing left to compare"),
}
NETWORK_TITLES = {"small": N_("Small (2 convolutions)"), "deep": N_("Deeper (2 poolings, 2 dense)")}
STEPS = {f"1e-{power}": f"10⁻{'⁰¹²³⁴⁵⁶⁷⁸⁹'[power]}" for power in range(1, 10)}


def show() -> None:
    """The verdict, the table, the V, and what broke."""
    settings = _ask()
    checks, torch_errors = _checked(settings)
    _show_verdict(settings, checks)
    left, right = st.columns([8, 5], gap="medium")
    with left:
        show_table([_row(each, torch_errors[each.name]) for each in checks])
        _show_derivation(next((each for each in checks if each.compared is not None), checks[0]), settings)
    with right:
        _show_curve(settings)
    if "export" not in hidden():
        with downloads.export():
            downloads.download_csv([_record(each) for each in checks], name="gradient-check", key="by_hand.check.csv")


def _ask() -> CheckSettings:
    with st.container(horizontal=True, vertical_alignment="bottom", key="by_hand-check-bar"):
        with st.container(width=310):
            mistake = choose(_("Break it"), MISTAKE_TITLES, "break", "none", group="check")
        with st.container(width=210):
            network = choose(_("Network"), NETWORK_TITLES, "network", "small", group="check")
        with st.container(width=100):
            step = choose(_("Step h"), STEPS, "h", "1e-5", group="check")
        with st.container(width=100):
            seed = int(choose_number(_("Seed"), "check_seed", 0, (0, 9999), group="check"))
        teacher.show()
    return CheckSettings(network, mistake, seed, SAMPLES, step=float(step))


@lru_cache(maxsize=64)
def _checked(settings: CheckSettings) -> tuple[list[TensorCheck], dict[str, float]]:
    """The check, and for each tensor how far our analytic gradient lies from torch's."""
    asked = problem(settings)
    checks = check_problem(asked, settings)
    theirs, _loss = torch_gradients(asked)
    return checks, {
        each.name: relative_error(each.analytic, theirs[each.name].reshape(-1)[each.entries]) for each in checks
    }


@lru_cache(maxsize=32)
def _curves(settings: CheckSettings) -> dict[str, list[tuple[float, float, float]]]:
    return {dtype: list(errors_by_step(settings, dtype)) for dtype in ("float64", "float32")}


def _show_verdict(settings: CheckSettings, checks: list[TensorCheck]) -> None:
    entries = sum(len(each.entries) for each in checks)
    kinks = sum(int(each.kinks.sum()) for each in checks)
    counted = ngettext("{n} entry nudged", "{n} entries nudged", entries).format(n=number(entries, 0))
    counted += ", " + ngettext("{n} left out at a kink", "{n} left out at kinks", kinks).format(n=number(kinks, 0))
    if passed(checks):
        st.success(
            _("Every gradient is what the loss really does ({counted}).").format(counted=counted),
            icon=":material/check_circle:",
        )
        return
    wrong = ", ".join(each.name for each in checks if each.verdict in ("doubtful", "wrong"))
    if not wrong:
        unknown = ", ".join(each.name for each in checks if each.verdict == "unknown")
        st.warning(
            _(
                "Of `{tensors}` nothing is left to compare: at this step every nudge crosses a kink. What could be"
                " compared is what the loss really does ({counted}); a smaller step shows the rest."
            ).format(tensors=unknown, counted=counted),
            icon=":material/help:",
        )
        return
    reason = WHAT_BROKE.get(settings.mistake)
    if reason is None:
        reason = N_("Nothing was broken here: at this step the numeric slope itself is inexact; see the curve.")
    red = _("The check is red:")
    st.error(f"**{red}** `{wrong}` ({counted}). {_(reason)}", icon=":material/error:")


def _row(check: TensorCheck, torch_error: float) -> dict[str, str]:
    return {
        _("Tensor"): _("picture") if check.name == PICTURE else check.name,
        _("Shape"): "\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}".join(map(str, check.shape)),
        _("Nudged"): f"{len(check.entries)}",
        _("Kinks"): f"{int(check.kinks.sum())}",
        _("Relative error"): "–" if check.relative_error is None else power(check.relative_error),
        _("To torch"): power(torch_error),
        _("Verdict"): _(VERDICTS[check.verdict]),
    }


def _show_derivation(check: TensorCheck, settings: CheckSettings) -> None:
    """The first entry without a kink; nothing where there is none."""
    if check.compared is None:
        return
    with derivation(_("one entry of {tensor}").format(tensor=check.name)):
        a, n = float(check.analytic[check.compared]), float(check.numeric[check.compared])
        latex(
            rf"\frac{{L(w + h) - L(w - h)}}{{2h}} = {n:.10f} \qquad \frac{{\partial L}}{{\partial w}} = {a:.10f}"
            rf"\qquad h = {settings.step:.0e}"
        )
        latex(rf"\frac{{\lVert a - n \rVert}}{{\lVert a \rVert + \lVert n \rVert}} = {check.relative_error:.2e}")
        st.markdown(
            _(
                "Over all nudged entries of the tensor. Below 10⁻⁷ it is right, below 10⁻⁴ fine where there are kinks,"
                " below 10⁻² doubtful, above that wrong (CS231n). A kink is an entry whose nudge opens or shuts a ReLU"
                " or changes a pooling's winner: there the loss has no slope, so it is left out and counted."
            )
        )


def _show_curve(settings: CheckSettings) -> None:
    figure = error_by_step(
        _curves(CheckSettings(settings.network, settings.mistake, settings.seed)),
        step=_("step h"),
        error=_("relative error"),
        kinks=_("some entries at a kink were left out"),
        bound=1e-4,
        dark=dark_now(),
    )
    st.markdown("**" + _("The error over the step is a V") + "**")
    title = _("Relative error of the numeric gradient over the step, in float64 and float32")
    show_chart(figure, key="by_hand.v", alt=title)
    st.caption(
        _("Large steps miss the curve of the loss, small ones lose digits. Hollow points: entries at kinks left out.")
    )


def _record(check: TensorCheck) -> dict[str, downloads.Cell]:
    return {
        "tensor": check.name,
        "entries": len(check.entries),
        "kinks": int(check.kinks.sum()),
        "relative_error": check.relative_error,
        "verdict": check.verdict,
    }
