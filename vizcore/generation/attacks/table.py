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
    ),
    "universal": _attack(
        universal,
        "linf",
        LINF,
        length=_steps,
        suggested=AttackSettings("universal", steps=40),
        title=N_("Universal"),
        words=N_("One single change for many photos at once (Moosavi-Dezfooli 2017)."),
        together=True,
    ),
}
