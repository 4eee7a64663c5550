"""Which digits are learned from, and which are kept for the test?

scikit-learn ships 1,797 digits of 8 x 8 pixels (the test part of UCI's "Optical Recognition of Handwritten Digits",
Alpaydin and Kaynak 1998, 13 writers, values 0 to 16). Who wrote which is not recorded there, so that writers cannot be
kept apart: the same hands are in all three parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vizcore.results import FloatArray

SIDE, BRIGHTEST, CLASSES = 8, 16.0, 10
TEST, VALIDATION = 400, 200  # of 1,797, the same number of each class as far as it goes
SPLIT_SEED = 20  # fixed: the test set is the same for every seed of the training


@dataclass(frozen=True, eq=False)
class DigitPart:
    """pictures (n, 1, 8, 8) in [0, 1], labels (n,)."""

    pictures: FloatArray
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class DigitSplit:
    """train is learned from, validation chooses the defaults and the epoch, test chooses nothing."""

    train: DigitPart
    validation: DigitPart
    test: DigitPart


@lru_cache(maxsize=1)
def all_digits() -> DigitPart:
    """All 1,797 in their own order."""
    from sklearn.datasets import load_digits

    found = load_digits()
    pictures = (found.images / BRIGHTEST)[:, None]
    pictures.flags.writeable = False
    return DigitPart(pictures, found.target.astype(np.int64))


@lru_cache(maxsize=1)
def digit_split() -> DigitSplit:
    """1,197 to learn from, 200 for choices, 400 for the test; drawn once, by class."""
    everything = all_digits()
    order = np.random.default_rng(SPLIT_SEED).permutation(len(everything))
    by_class = [order[everything.labels[order] == digit] for digit in range(CLASSES)]
    tests, rest = _taken(by_class, TEST)
    validations, trains = _taken(rest, VALIDATION)
    return DigitSplit(*(_part(everything, each) for each in (np.concatenate(trains), validations, tests)))


def _taken(by_class: list[NDArray[np.int64]], count: int) -> tuple[NDArray[np.int64], list[NDArray[np.int64]]]:
    """count / 10 of each class, and what is left of each."""
    each = count // CLASSES
    return np.concatenate([some[:each] for some in by_class]), [some[each:] for some in by_class]


def _part(everything: DigitPart, places: NDArray[np.int64]) -> DigitPart:
    return DigitPart(everything.pictures[places], everything.labels[places])
