"""What is one step of learning by hand, with which settings, and can the network learn 20 pictures by heart?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vizcore.by_hand.digit_network import LAYERS, initial_state
from vizcore.by_hand.digits import CLASSES, DigitPart, digit_split
from vizcore.by_hand.layers import Parameters
from vizcore.by_hand.network import backward, forward
from vizcore.by_hand.optimiser import momentum_step
from vizcore.by_hand.results import TrainedDigits
from vizcore.errors import SettingOutOfRange

LIMITS: dict[str, tuple[float, float]] = {
    "seed": (0, 2**31 - 1),
    "epochs": (1, 100),
    "learning_rate": (1e-5, 100.0),
    "batch": (1, 500),
    "momentum": (0.0, 0.99),
}
OVERFIT_PICTURES, OVERFIT_STEPS, OVERFIT_BELOW = 20, 300, 0.01
GUESSING_LOSS = math.log(CLASSES)  # of an untrained network: every class alike
RUNAWAY = 1000 * GUESSING_LOSS  # a loss a thousand times that of guessing comes of a learning rate out of hand


@dataclass(frozen=True)
class TrainingSettings:
    """learning_rate: of SGD with this momentum, lowered along a half cosine to a hundredth. batch: pictures a step.

    attempt: counts the presses of Start, so that a second run is really run and not taken from the result cache.
    """

    seed: int = 0
    epochs: int = 20
    learning_rate: float = 0.05
    batch: int = 32
    momentum: float = 0.9
    attempt: int = 0

    def validate(self) -> None:
        """SettingOutOfRange for the first number outside its limits."""
        for name, (least, most) in LIMITS.items():
            value = getattr(self, name)
            if not (math.isfinite(value) and least <= value <= most):
                raise SettingOutOfRange(setting=name, least=least, most=most, actual=value)


@dataclass(eq=False)
class Learner:
    """The state between two steps: weights, velocities, the order of the pictures.

    decays: whether the learning rate is lowered along the epochs, or stays as the settings have it.
    """

    settings: TrainingSettings
    data: DigitPart
    parameters: Parameters
    generator: np.random.Generator
    decays: bool = True
    velocity: Parameters = field(default_factory=dict)
    step: int = 0

    def __post_init__(self) -> None:
        self.velocity = {name: np.zeros_like(each) for name, each in self.parameters.items()}

    @property
    def steps_per_epoch(self) -> int:
        return -(-len(self.data) // self.settings.batch)

    def epoch(self) -> Iterator[float]:
        """The loss of each batch before its update; every picture once, in a new order."""
        order = self.generator.permutation(len(self.data))
        for first in range(0, len(order), self.settings.batch):
            yield self.learn(order[first : first + self.settings.batch])

    def learn(self, places: NDArray[np.int64]) -> float:
        """One step on these pictures; the loss before it. The weights stay as they are where that has run away."""
        pictures, labels = self.data.pictures[places], self.data.labels[places]
        with np.errstate(all="ignore"):  # who calls names the step that diverges
            run = forward(LAYERS, self.parameters, pictures, labels)
            gradients = backward(LAYERS, self.parameters, run, labels).parameters
        self.step += 1
        if not ran_away(run.loss):
            momentum_step(self.parameters, self.velocity, gradients, self._rate(), self.settings.momentum)
        return run.loss

    def _rate(self) -> float:
        if not self.decays:
            return self.settings.learning_rate
        done = (self.step - 1) / (self.settings.epochs * self.steps_per_epoch)
        return self.settings.learning_rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, done))))


def learner(settings: TrainingSettings, data: DigitPart, *, decays: bool = True) -> Learner:
    """Fresh weights of this seed: equal settings give equal numbers, to the last bit on one machine."""
    return Learner(settings, data, initial_state(settings.seed), np.random.default_rng(settings.seed), decays)


def ran_away(loss: float) -> bool:
    """Whether the loss is no number, infinite, or a thousand times that of guessing."""
    return not loss < RUNAWAY


def overfit_losses(settings: TrainingSettings) -> list[float]:
    """Sanity check: the losses while 20 pictures are learned by heart, whole batch, no decay; should end near zero."""
    data = digit_split().train
    some = DigitPart(data.pictures[:: len(data) // OVERFIT_PICTURES], data.labels[:: len(data) // OVERFIT_PICTURES])
    few = DigitPart(some.pictures[:OVERFIT_PICTURES], some.labels[:OVERFIT_PICTURES])
    state = learner(settings, few, decays=False)
    losses = []
    for _step in range(OVERFIT_STEPS):
        losses.append(state.learn(np.arange(OVERFIT_PICTURES)))
        if ran_away(losses[-1]) or losses[-1] < OVERFIT_BELOW / 10:
            break
    return losses


def settings_of(found: TrainedDigits) -> TrainingSettings:
    """What a training was asked for, as its record says."""
    known = found.provenance.settings
    return TrainingSettings(
        seed=int(known["seed"]),
        epochs=int(known["epochs"]),
        learning_rate=float(known["learning_rate"]),
        batch=int(known["batch"]),
        momentum=float(known["momentum"]),
    )
