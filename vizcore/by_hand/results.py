"""What did the training come to?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.metrics.proportion import wilson_interval
from vizcore.results import FloatArray, Result, expect_shape


@dataclass(frozen=True, eq=False)
class TrainedDigits(Result):
    """parameters: those of the epoch with the lowest validation loss (0: before the first). initial: the start.

    curves: one number for each epoch, by name. batch_losses: before each update. first_loss: of the initial weights.
    test_answers, test_labels (400,): of these parameters. diverged_at: the step at which the loss ran away; that loss
    is the last of batch_losses.
    seconds: from the start to the end of each epoch.
    """

    parameters: Mapping[str, FloatArray]
    initial: Mapping[str, FloatArray]
    curves: Mapping[str, tuple[float, ...]]
    batch_losses: FloatArray
    first_loss: float
    best_epoch: int
    test_answers: NDArray[np.int64]
    test_labels: NDArray[np.int64]
    test_loss: float
    diverged_at: int | None
    seconds: tuple[float, ...]

    def validate(self) -> None:
        expect_shape("test_answers", self.test_answers, (len(self.test_labels),))
        if set(self.parameters) != set(self.initial):
            raise ValueError(f"expected initial {sorted(self.parameters)}, got {sorted(self.initial)}")

    @property
    def right(self) -> int:
        """Test digits answered rightly."""
        return int((self.test_answers == self.test_labels).sum())

    @property
    def test_accuracy(self) -> float:
        return self.right / len(self.test_labels)

    @property
    def interval(self) -> tuple[float, float]:
        return wilson_interval(self.right, len(self.test_labels))
