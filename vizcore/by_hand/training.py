"""How does the network by hand learn real digits, epoch by epoch?"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from vizcore.by_hand.digit_network import LAYERS, filters_preview, measured
from vizcore.by_hand.digits import DigitSplit, digit_split
from vizcore.by_hand.layers import Parameters
from vizcore.by_hand.learner import LIMITS, Learner, TrainingSettings, learner, ran_away
from vizcore.by_hand.network import forward
from vizcore.by_hand.optimiser import update_ratio
from vizcore.by_hand.results import TrainedDigits
from vizcore.provenance import versions
from vizcore.results import Provenance
from vizcore.snapshots import Snapshot, in_background

SNAPSHOT_S = 0.1  # between two looks at the weights on the way


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
