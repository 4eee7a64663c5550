"""Which attacks are there? Adding one is adding a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

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


def _row(
    key: str,
    method: Method,
    norm: NormName,
    listens_to: tuple[str, ...],
    length: Callable[[AttackSettings], int],
    **suggested: float,
) -> tuple[str, Attack]:
    """An attack has a budget when it listens to an epsilon."""
    budget = any(name.startswith("epsilon") for name in listens_to)
    settings = replace(AttackSettings(attack=key), **suggested)  # type: ignore[arg-type]
    return key, Attack(method, norm, budget, listens_to, length, settings, together=key == "universal")


# From the weakest to the strongest.
ATTACKS: dict[str, Attack] = dict(
    [
        _row("fgsm", single_step, "linf", ("epsilon_255",), _once),
        _row("bim", from_the_photo, "linf", LINF, _steps),
        _row("mi-fgsm", with_momentum, "linf", (*LINF, "decay"), _steps),
        _row("pgd", from_random_linf, "linf", (*LINF, "restarts", "seed"), _restarts, steps=20),
        _row("pgd-l2", from_random_l2, "l2", (*L2, "restarts", "seed"), _restarts, steps=20),
        _row("deepfool", nearest_border, "l2", ("steps", "overshoot", "candidates"), _steps, steps=50),
        _row("carlini-wagner", smallest_change, "l2", CARLINI_WAGNER, _searches, steps=60, searches=4),
        _row("universal", universal, "linf", LINF, _steps, steps=40),
    ]
)
