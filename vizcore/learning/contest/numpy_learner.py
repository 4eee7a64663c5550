"""How does the network by hand, which is NumPy alone, take part in the contest?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from vizcore.by_hand.digit_network import LAYERS
from vizcore.by_hand.layers import initial_parameters
from vizcore.by_hand.network import backward, forward
from vizcore.by_hand.optimiser import momentum_step
from vizcore.learning.contest.contestants import Contestant
from vizcore.learning.contest.digits import SIDE
from vizcore.results import FloatArray

SHAPE = (1, SIDE, SIDE)
MOMENTUM = 0.9


class NumpyLearner:
    """The layers of the page "CNN by hand" on 28 x 28 pixels instead of 8 x 8, in single precision."""

    start = "noise"

    def __init__(self, row: Contestant, seed: int) -> None:
        self._row = row
        made = initial_parameters(LAYERS, SHAPE, seed)
        self._parameters = {name: each.astype(np.float32) for name, each in made.items()}
        self._velocity = {name: np.zeros_like(each) for name, each in self._parameters.items()}
        self.parameters = sum(each.size for each in self._parameters.values())

    def learn(self, pictures: NDArray[np.uint8], labels: NDArray[np.int64], rate_share: float) -> float:
        """One step on these digits (B, 28, 28), at this share of the row's rate; the loss before it."""
        with np.errstate(all="ignore"):  # who calls sees a loss that is no number
            run = forward(LAYERS, self._parameters, _inputs(pictures), labels)
            gradients = backward(LAYERS, self._parameters, run, labels).parameters
        momentum_step(self._parameters, self._velocity, gradients, self._row.rate * rate_share, MOMENTUM)
        return float(run.loss)

    def probabilities(self, pictures: NDArray[np.uint8]) -> FloatArray:
        """(n, 28, 28) -> (n, 10)."""
        with np.errstate(all="ignore"):
            run = forward(LAYERS, self._parameters, _inputs(pictures), np.zeros(len(pictures), np.int64))
        return run.probabilities.astype(np.float64)

    def weights(self) -> Mapping[str, FloatArray]:
        """A copy of every tensor."""
        return {name: each.copy() for name, each in self._parameters.items()}

    def load(self, weights: Mapping[str, FloatArray]) -> None:
        """Puts weights back; ValueError where names or shapes differ."""
        if {name: each.shape for name, each in weights.items()} != {n: p.shape for n, p in self._parameters.items()}:
            raise ValueError(f"expected the tensors of {self._row.key}, got {len(weights)} others")
        self._parameters = {name: np.array(each, np.float32) for name, each in weights.items()}


def _inputs(pictures: NDArray[np.uint8]) -> FloatArray:
    found: FloatArray = pictures[:, None].astype(np.float32) / np.float32(255)
    return found
