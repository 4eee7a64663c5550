"""What can be chosen about an attack, and which choices does each attack listen to?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from vizcore.errors import SettingOutOfRange

if TYPE_CHECKING:
    from vizcore.generation.attacks.norms import NormName  # brings torch

# A budget of b in k steps is walked in steps of 2.5 b / k, so that the border can be reached from any random start
# (Madry et al. 2018); for 8/255 in 10 steps this is the usual 2/255.
STEP_SHARE = 2.5

LIMITS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "epsilon_255": (0, 255),
        "epsilon_l2": (0, 1000),
        "step_255": (0, 255),
        "step_l2": (0, 1000),
        "steps": (1, 1000),
        "restarts": (1, 20),
        "kappa": (0, 100),
        "decay": (0, 10),
        "constant": (1e-6, 1e6),
        "searches": (1, 20),
        "learning_rate": (1e-6, 1),
        "overshoot": (0, 10),
        "candidates": (1, 1000),
    }
)


@dataclass(frozen=True)
class AttackSettings:
    """attack: a key of ATTACKS. target: class index, None for "anything but the first answer".

    epsilon_255: Linf budget in grey levels of 255. epsilon_l2: L2 budget, the Euclidean length of the change with
    values in [0, 1]. step_255, step_l2: length of a step in the same units, 0 for 2.5 budgets / steps.
    kappa: logits by which Carlini-Wagner's margin is to be exceeded. decay: MI-FGSM's memory. constant, searches,
    learning_rate: Carlini-Wagner's weight of success, how often it is halved or raised tenfold, and Adam's step.
    overshoot, candidates: DeepFool's surplus and how many classes it looks at.
    """

    attack: str = "pgd"
    target: int | None = None
    epsilon_255: float = 8.0
    epsilon_l2: float = 3.0
    step_255: float = 0.0
    step_l2: float = 0.0
    steps: int = 10
    restarts: int = 1
    kappa: float = 0.0
    decay: float = 1.0
    constant: float = 1.0
    searches: int = 1
    learning_rate: float = 0.01
    overshoot: float = 0.02
    candidates: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        check_limits(self, LIMITS)

    def radius(self, norm: NormName) -> float:
        """The budget of this norm, for values in [0, 1]."""
        return self.epsilon_255 / 255 if norm == "linf" else self.epsilon_l2

    def step(self, norm: NormName, steps: int) -> float:
        """The length of one of `steps` steps, for values in [0, 1]."""
        given = self.step_255 / 255 if norm == "linf" else self.step_l2
        return given or STEP_SHARE * self.radius(norm) / steps


def check_limits(settings: object, limits: Mapping[str, tuple[float, float]]) -> None:
    """SettingOutOfRange for the first field that is not a number between its limits."""
    for name, (least, most) in limits.items():
        value = getattr(settings, name)
        if not least <= value <= most:  # NaN fails too
            raise SettingOutOfRange(setting=name, least=least, most=most, actual=value)
