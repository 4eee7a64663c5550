"""When should a trained model say "none of these"? A threshold on its surest class, chosen on photos kept back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.metrics.proportion import wilson_interval
from vizcore.results import FloatArray


@dataclass(frozen=True)
class Threshold:
    """value: the least probability of the surest class that is believed.

    known_kept of known: test photos of the classes that are still answered; known_right: of those, how many rightly.
    strange_refused of strange: photos of other things that are refused. Both sets played no part in the choice.
    """

    value: float
    known: int
    known_kept: int
    known_right: int
    strange: int
    strange_refused: int

    @property
    def refused_interval(self) -> tuple[float, float]:
        """95 % interval (Wilson) of the share of strange photos that are refused."""
        return wilson_interval(self.strange_refused, self.strange)

    @property
    def kept_interval(self) -> tuple[float, float]:
        """The same of the known photos that are still answered."""
        return wilson_interval(self.known_kept, self.known)


def choose_threshold(known: FloatArray, strange: FloatArray, known_share: float = 0.95) -> float:
    """known (n, C), strange (m, C): probabilities of photos that are used for nothing else -> the threshold.

    Without strange photos, the value that keeps `known_share` of the known ones. With them, the value that maximises
    the mean of the share kept and the share refused, the lowest of equally good ones. 0 without known photos.
    """
    sure = known.max(axis=1) if len(known) else np.zeros(0)
    if not len(sure):
        return 0.0
    if not len(strange):
        return float(np.quantile(sure, 1 - known_share, method="lower"))
    odd = strange.max(axis=1)
    values = np.unique(np.concatenate([[0.0], sure, odd + 1e-9]))
    kept = (sure[None] >= values[:, None]).mean(axis=1)
    refused = (odd[None] < values[:, None]).mean(axis=1)
    return float(min(1.0, values[int(np.argmax(kept + refused))]))


def judge_threshold(value: float, known: FloatArray, truth: NDArray[Any], strange: FloatArray) -> Threshold:
    """What the threshold costs on the test photos (probabilities (n, C), truth (n,)) and gains on strange ones."""
    kept = known.max(axis=1) >= value if len(known) else np.zeros(0, bool)
    right = known.argmax(axis=1) == truth if len(known) else np.zeros(0, bool)
    refused = strange.max(axis=1) < value if len(strange) else np.zeros(0, bool)
    return Threshold(value, len(known), int(kept.sum()), int((kept & right).sum()), len(strange), int(refused.sum()))


def every_other(scenes: NDArray[np.str_]) -> NDArray[np.bool_]:
    """(n,): the views of every second scene, so that no scene is on both sides."""
    _names, places = np.unique(scenes, return_inverse=True)
    second: NDArray[np.bool_] = places % 2 == 1
    return second
