"""How does the network by hand learn real digits, epoch by epoch?"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vizcore.by_hand.digits import CLASSES, SIDE, DigitPart, DigitSplit, digit_split
from vizcore.by_hand.geometry import Geometry
from vizcore.by_hand.layers import Conv, Dense, Flatten, Layer, Parameters, Pool, Relu, initial_parameters
from vizcore.by_hand.network import backward, forward
from vizcore.by_hand.optimiser import momentum_step, update_ratio
from vizcore.by_hand.results import TrainedDigits
from vizcore.errors import SettingOutOfRange
from vizcore.provenance import versions
from vizcore.results import FloatArray, Provenance
from vizcore.snapshots import Snapshot, in_background

SHAPE = (1, SIDE, SIDE)
LAYERS: tuple[Layer, ...] = (
    Conv("conv1", 8, (3, 3), Geometry(padding=1)),
    Relu("relu1"),
    Pool("pool1"),
    Conv("conv2", 16, (3, 3), Geometry(padding=1)),
    Relu("relu2"),
    Pool("pool2"),
    Flatten("flatten"),
    Dense("dense", CLASSES),
)
LIMITS: dict[str, tuple[float, float]] = {
    "seed": (0, 2**31 - 1),
    "epochs": (1, 100),
    "learning_rate": (1e-5, 100.0),
    "batch": (1, 500),
    "momentum": (0.0, 0.99),
}
SNAPSHOT_S = 0.1  # between two looks at the weights on the way
OVERFIT_PICTURES, OVERFIT_STEPS, OVERFIT_BELOW = 20, 300, 0.01
RUNAWAY = 1000 * math.log(CLASSES)  # a loss a thousand times that of guessing comes of a learning rate out of hand


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
    """The state between two steps: weights, velocities, the order of the pictures."""

    settings: TrainingSettings
    data: DigitPart
    parameters: Parameters
    generator: np.random.Generator
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
        done = (self.step - 1) / (self.settings.epochs * self.steps_per_epoch)
        return self.settings.learning_rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, done))))


def learner(settings: TrainingSettings, data: DigitPart) -> Learner:
    """Fresh weights of this seed: equal settings give equal numbers, to the last bit on one machine."""
    parameters = initial_parameters(LAYERS, SHAPE, settings.seed)
    return Learner(settings, data, parameters, np.random.default_rng(settings.seed))


@in_background
def train_digits(model: object, photo: object, settings: TrainingSettings | None = None) -> Iterator[Snapshot]:
    """Ends in a TrainedDigits of the epoch with the lowest validation loss; needs neither a model nor a photo.

    values, at the end of each epoch: loss, accuracy (of the training batches), validation_loss, validation_accuracy,
    update_ratio. A loss that ran away ends the training: the result names the step. Errors: SettingOutOfRange.
    """
    chosen = settings or TrainingSettings()
    chosen.validate()
    split = digit_split()
    way = _Way(chosen, learner(chosen, split.train), split)
    total = chosen.epochs * way.learner.steps_per_epoch
    yield Snapshot(0, total, {"validation_loss": way.first_loss}, filters_preview(way.learner.parameters), way.result())
    for _epoch in range(chosen.epochs):
        shown_at = time.monotonic()
        for loss in way.learner.epoch():
            way.losses.append(loss)
            if ran_away(loss):
                yield Snapshot(way.learner.step, total, result=way.result(diverged=True))
                return
            if time.monotonic() - shown_at > SNAPSHOT_S:
                yield Snapshot(way.learner.step, total)
                shown_at = time.monotonic()
        values = {name: value for name, value in way.end_of_epoch().items() if math.isfinite(value)}
        yield Snapshot(way.learner.step, total, values, filters_preview(way.learner.parameters), way.result())


def initial_state(seed: int) -> Parameters:
    """The weights before the first step."""
    return initial_parameters(LAYERS, SHAPE, seed)


def ran_away(loss: float) -> bool:
    """Whether the loss is no number, infinite, or a thousand times that of guessing."""
    return not loss < RUNAWAY


def measured(parameters: Parameters, part: DigitPart) -> tuple[float, float]:
    """(mean cross-entropy, share of right answers) of these weights."""
    with np.errstate(all="ignore"):
        run = forward(LAYERS, parameters, part.pictures, part.labels)
    return run.loss, float((run.logits.argmax(1) == part.labels).mean())


def overfit_losses(settings: TrainingSettings) -> list[float]:
    """Sanity check: the losses while 20 pictures are learned by heart, whole batch, no decay; should end near zero."""
    data = digit_split().train
    some = DigitPart(data.pictures[:: len(data) // OVERFIT_PICTURES], data.labels[:: len(data) // OVERFIT_PICTURES])
    few = DigitPart(some.pictures[:OVERFIT_PICTURES], some.labels[:OVERFIT_PICTURES])
    plain = TrainingSettings(
        settings.seed, int(LIMITS["epochs"][1]), settings.learning_rate, OVERFIT_PICTURES, settings.momentum
    )
    state = learner(plain, few)
    losses = []
    for _step in range(OVERFIT_STEPS):
        losses.append(state.learn(np.arange(OVERFIT_PICTURES)))
        if ran_away(losses[-1]) or losses[-1] < OVERFIT_BELOW / 10:
            break
    return losses


def filters_preview(parameters: Parameters) -> NDArray[np.uint8]:
    """(rows, columns, 3): the first layer's filters in two rows, blue below zero, red above, on one scale."""
    weight = parameters["conv1.weight"][:, 0]
    scale = float(np.abs(weight).max()) or 1.0
    share = np.clip(weight / scale, -1, 1)
    fade = 1 - np.abs(share)
    rgb = np.stack([np.where(share > 0, 1, fade), fade, np.where(share < 0, 1, fade)], axis=-1)
    height, width = weight.shape[1:]
    columns = len(weight) // 2
    sheet = np.full((2 * (height + 1) - 1, columns * (width + 1) - 1, 3), 0.5)
    for place, each in enumerate(rgb):
        top, left = place // columns * (height + 1), place % columns * (width + 1)
        sheet[top : top + height, left : left + width] = each
    enlarged: NDArray[np.uint8] = (255 * sheet).astype(np.uint8).repeat(20, axis=0).repeat(20, axis=1)
    return enlarged


@dataclass(eq=False)
class _Way:
    """Curves, and the weights of the epoch with the lowest loss on the validation digits."""

    settings: TrainingSettings
    learner: Learner
    split: DigitSplit
    losses: list[float] = field(default_factory=list)
    curves: dict[str, list[float]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    began: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        self.initial = _copied(self.learner.parameters)
        self.best, self.best_epoch = self.initial, 0
        self.first_loss = self.best_loss = measured(self.initial, self.split.validation)[0]

    def end_of_epoch(self) -> dict[str, float]:
        """Measures the weights as they are now, and keeps them if they are the best so far."""
        now = self.learner.parameters
        loss, accuracy = measured(now, self.split.validation)
        values = {
            "loss": float(np.mean(self.losses[-self.learner.steps_per_epoch :])),
            "accuracy": measured(now, self.split.train)[1],
            "validation_loss": loss,
            "validation_accuracy": accuracy,
            "update_ratio": update_ratio(now, self.learner.velocity),
        }
        for name, value in values.items():
            self.curves.setdefault(name, []).append(value)
        self.seconds.append(time.perf_counter() - self.began)
        if loss < self.best_loss:
            self.best, self.best_epoch, self.best_loss = _copied(now), len(self.seconds), loss
        return values

    def result(self, *, diverged: bool = False) -> TrainedDigits:
        """The best so far; the test digits are asked once, about these weights, and decide nothing."""
        run = forward(LAYERS, self.best, self.split.test.pictures, self.split.test.labels)
        return TrainedDigits(
            Provenance(
                operation="train_digits",
                settings={name: getattr(self.settings, name) for name in LIMITS},
                seed=self.settings.seed,
                dtype="float64",
                versions={**versions(), "numpy": np.__version__},
            ),
            parameters=self.best,
            initial=self.initial,
            curves={name: tuple(values) for name, values in self.curves.items()},
            batch_losses=np.array(self.losses),
            first_loss=self.first_loss,
            best_epoch=self.best_epoch,
            test_answers=run.logits.argmax(1),
            test_labels=self.split.test.labels,
            test_loss=run.loss,
            diverged_at=self.learner.step if diverged else None,
            seconds=tuple(self.seconds),
        )


def _copied(parameters: Parameters) -> Parameters:
    return {name: each.copy() for name, each in parameters.items()}


def answered(parameters: Parameters, picture: FloatArray) -> FloatArray:
    """Probabilities (10,) of one picture (1, 8, 8) in [0, 1]."""
    probabilities: FloatArray = forward(LAYERS, parameters, picture[None], np.array([0])).probabilities[0]
    return probabilities
