"""What can be chosen about an ideal picture?"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from vizcore.generation.attacks.settings import check_limits

Kind = Literal["class", "channel", "unit", "stage"]

TARGET_LIMITS = MappingProxyType({"index": (0, 1_000_000), "row": (0, 1), "column": (0, 1)})
LIMITS = MappingProxyType(
    {
        "mix": (-1, 1),
        "steps": (1, 5000),
        "learning_rate": (1e-4, 1),
        "count": (1, 9),
        "certainty": (0, 1e4),
        "variation": (0, 1e4),
        "l1": (0, 1e4),
        "l2": (0, 1e4),
        "blur": (0, 1e4),
        "diversity": (0, 1e4),
        "jitter": (0, 0.5),
        "scale": (0, 0.5),
        "rotate": (0, 180),
        "frames": (0, 240),
        "decay": (0, 3),
    }
)


@dataclass(frozen=True)
class Target:
    """What to climb. kind: a key of OBJECTIVES. index: of the class or the channel.

    stage: a key of the model's `stages`, "" for the one its class maps use. row, column: of a unit, as shares of the
    stage's height and width (0.5 is the middle).
    """

    kind: Kind = "class"
    index: int = 0
    stage: str = ""
    row: float = 0.5
    column: float = 0.5

    def __post_init__(self) -> None:
        check_limits(self, TARGET_LIMITS)


@dataclass(frozen=True)
class IdealSettings:
    """The climb: loss = -activation - certainty * log-odds + variation * variation loss + l2 * ... + blur * ...

    certainty: weight of log(p / (1 - p)) beside a class's logit: a cat's logit drags those of all other cats along,
    the log-odds hold them down. variation, l1, l2, blur: weights of PENALTIES. diversity: that of the
    pictures' likeness.

    second, mix: climb (1 - |mix|) of the first and mix of the second target; below 0 is away from the second.
    parametrisation: a key of PARAMETRISATIONS. decorrelated: colours of photos. decay: how much weaker fine frequencies
    begin (Fourier only). start: "noise", "grey" or "photo". count: pictures at once.
    jitter: largest shift as a share of the side. scale: largest relative change of size. rotate: degrees either way.
    pre_activation: read the stage before its last ReLU. frames: pictures kept for the film, evenly over the steps.
    """

    target: Target = field(default_factory=Target)
    second: Target | None = None
    mix: float = 0.0
    parametrisation: Literal["fourier", "pixels"] = "fourier"
    decorrelated: bool = True
    decay: float = 1.0
    start: Literal["noise", "grey", "photo"] = "noise"
    steps: int = 256
    learning_rate: float = 0.05
    count: int = 1
    certainty: float = 3.0
    variation: float = 0.0
    l1: float = 0.0
    l2: float = 0.0
    blur: float = 0.0
    diversity: float = 0.0
    jitter: float = 0.0
    scale: float = 0.0
    rotate: float = 0.0
    pre_activation: bool = False
    frames: int = 32
    seed: int = 0

    def __post_init__(self) -> None:
        check_limits(self, LIMITS)

    @property
    def targets(self) -> tuple[tuple[Target, float], ...]:
        """Each target with its weight."""
        if self.second is None:
            return ((self.target, 1.0),)
        return ((self.target, 1.0 - abs(self.mix)), (self.second, self.mix))

    @property
    def weighted_classes(self) -> tuple[tuple[int, float], ...]:
        """The classes among the targets that count, each with its weight."""
        return tuple((each.index, weight) for each, weight in self.targets if each.kind == "class" and weight)

    @property
    def loss_weights(self) -> dict[str, float]:
        """The weight of each term of the loss that is switched on, with its sign, by name."""
        signed = {
            "activation": -1.0,
            "certainty": -self.certainty if self.weighted_classes else 0.0,
            "variation": self.variation,
            "l1": self.l1,
            "l2": self.l2,
            "blur": self.blur,
            "diversity": self.diversity if self.count > 1 else 0.0,
        }
        return {name: weight for name, weight in signed.items() if weight}
