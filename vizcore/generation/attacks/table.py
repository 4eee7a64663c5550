"""Which attacks are there? Adding one is adding a row."""

from __future__ import annotations

from typing import Any

from vizcore.generation.attacks.carlini_wagner import smallest_change
from vizcore.generation.attacks.deepfool import nearest_border
from vizcore.generation.attacks.gradient_steps import (
    from_random_l2,
    from_random_linf,
    from_the_photo,
    single_step,
    universal,
    with_momentum,
)
from vizcore.generation.attacks.norms import NormName
from vizcore.generation.attacks.problem import Attack, Method
from vizcore.generation.attacks.settings import AttackSettings
from vizcore.i18n import N_

LINF = ("epsilon_255", "step_255", "steps")
L2 = ("epsilon_l2", "step_l2", "steps")
CARLINI_WAGNER = ("steps", "kappa", "constant", "searches", "learning_rate")

# Formulas in LaTeX. Pi: back into the budget and into [0, 1]. L: the loss to climb. z: logits, of the first answer (0),
# of the target (t).
GRADIENT, INTO = r"\nabla_x L(x_t)", r"x_{t+1} = \Pi_{\lVert x - x_0 \rVert_%s \le \varepsilon}"
ONE_STEP = r"x_1 = \Pi \big( x_0 + \varepsilon \, \mathrm{sign} \, \nabla_x L(x_0) \big)"
SIGN_STEPS = INTO % r"\infty" + rf" \big( x_t + \alpha \, \mathrm{{sign}} \, {GRADIENT} \big)"
LENGTH_STEPS = INTO % "2" + rf" \big( x_t + \alpha \, {GRADIENT} \, / \, \lVert {GRADIENT} \rVert_2 \big)"
MEMORY_STEPS = (
    rf"\begin{{array}}{{l}} g_{{t+1}} = \mu \, g_t + {GRADIENT} \, / \, \overline{{\lvert {GRADIENT} \rvert}} \\ "
    + INTO % r"\infty"
    + r" \big( x_t + \alpha \, \mathrm{sign} \, g_{t+1} \big) \end{array}"
)
RANDOM_START = r", \quad \lVert x_1 - x_0 \rVert \le \varepsilon"
NEAREST_BORDER = (
    r"\begin{array}{l} x_{t+1} = x_t + \dfrac{\lvert f_k \rvert}{\lVert w_k \rVert_2^2} \, w_k \\[2ex]"
    r" f_j = z_j - z_0, \quad w_j = \nabla_x f_j, \quad"
    r" k = \arg\min_j \lvert f_j \rvert / \lVert w_j \rVert_2 \end{array}"
)
SHORTEST = (
    r"\begin{array}{l} \min_x \ \lVert x - x_0 \rVert_2^2 + c \, \max \big( m(x), -\kappa \big) \\"
    r" m = \max_{j \neq t} z_j - z_t \quad \big| \quad z_0 - \max_{j \neq 0} z_j \end{array}"
)
ONE_FOR_ALL = (
    r"v_{t+1} = \Pi_{\lVert v \rVert_\infty \le \varepsilon}"
    r" \Big( v_t + \alpha \, \mathrm{sign} \sum_i \nabla_x L(x_i + v_t) \Big)"
)


def _once(chosen: AttackSettings) -> int:
    return 1


def _steps(chosen: AttackSettings) -> int:
    return chosen.steps


def _restarts(chosen: AttackSettings) -> int:
    return (chosen.steps + 1) * chosen.restarts - 1


def _searches(chosen: AttackSettings) -> int:
    return chosen.steps * chosen.searches


def _attack(method: Method, norm: NormName, listens_to: tuple[str, ...], **rest: Any) -> Attack:
    """A row without what follows from it: an attack has a budget when it listens to an epsilon."""
    return Attack(method, norm, any(name.startswith("epsilon") for name in listens_to), listens_to, **rest)


# From the weakest to the strongest. Adding an attack is adding a row: method, words and settings.
ATTACKS: dict[str, Attack] = {
    "fgsm": _attack(
        single_step,
        "linf",
        ("epsilon_255",),
        length=_once,
        suggested=AttackSettings("fgsm"),
        title="FGSM",
        words=N_("One step of the full budget along the sign of the gradient (Goodfellow 2015)."),
        formula=ONE_STEP,
        quick=True,
    ),
    "bim": _attack(
        from_the_photo,
        "linf",
        LINF,
        length=_steps,
        suggested=AttackSettings("bim"),
        title="BIM",
        words=N_("Several small such steps, held inside the budget (Kurakin 2017)."),
        formula=SIGN_STEPS,
        quick=True,
    ),
    "mi-fgsm": _attack(
        with_momentum,
        "linf",
        (*LINF, "decay"),
        length=_steps,
        suggested=AttackSettings("mi-fgsm"),
        title="MI-FGSM",
        words=N_("Small steps with a memory of earlier gradients; fools other models more often (Dong 2018)."),
        formula=MEMORY_STEPS,
        quick=True,
    ),
    "pgd": _attack(
        from_random_linf,
        "linf",
        (*LINF, "restarts", "seed"),
        length=_restarts,
        suggested=AttackSettings("pgd", steps=20),
        title="PGD",
        words=N_("Small steps from a random start inside the budget; the usual strong test (Madry 2018)."),
        formula=SIGN_STEPS + RANDOM_START,
        quick=True,
    ),
    "pgd-l2": _attack(
        from_random_l2,
        "l2",
        (*L2, "restarts", "seed"),
        length=_restarts,
        suggested=AttackSettings("pgd-l2", steps=20),
        title="PGD L2",
        words=N_("The same, with a budget for the length of the whole change instead of each pixel."),
        formula=LENGTH_STEPS + RANDOM_START,
        quick=True,
    ),
    "deepfool": _attack(
        nearest_border,
        "l2",
        ("steps", "overshoot", "candidates"),
        length=_steps,
        suggested=AttackSettings("deepfool", steps=50),
        title="DeepFool",
        words=N_("Looks for the nearest border between two classes; no budget, a very small change (2016)."),
        formula=NEAREST_BORDER,
        quick=True,
    ),
    "carlini-wagner": _attack(
        smallest_change,
        "l2",
        CARLINI_WAGNER,
        length=_searches,
        suggested=AttackSettings("carlini-wagner", steps=60, searches=4),
        title="Carlini-Wagner",
        words=N_("Makes the change as short as it can while it succeeds; slow and subtle (2017)."),
        formula=SHORTEST,
    ),
    "universal": _attack(
        universal,
        "linf",
        LINF,
        length=_steps,
        suggested=AttackSettings("universal", steps=40),
        title=N_("Universal"),
        words=N_("One single change for many photos at once (Moosavi-Dezfooli 2017)."),
        formula=ONE_FOR_ALL,
        together=True,
    ),
}
