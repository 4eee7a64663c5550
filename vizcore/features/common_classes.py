"""Which classes do several models all know, and how does each of them share its answer out among these alone?

A model of 1,000 classes and one of 104 cannot be compared bar by bar: what the first gives to a tiger cat the second
must give to something else. So each answer is restricted to the classes that all know, and its shares sum to 1 again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.results import Classification, FloatArray


@dataclass(frozen=True, eq=False)
class Restricted:
    """labels (k,) and probabilities (k,), summing to 1. kept: what the model itself gave to these classes together.
    outside: its most probable class that others do not know, with its probability; None where there is none."""

    labels: tuple[str, ...]
    probabilities: FloatArray
    kept: float
    outside: tuple[str, float] | None

    def top(self, count: int) -> list[tuple[int, str, float]]:
        """(row, label, probability) of the `count` most probable classes, best first."""
        order = np.argsort(-self.probabilities, kind="stable")[:count]
        return [(int(row), self.labels[row], float(self.probabilities[row])) for row in order]


def common_classes(known: Sequence[Sequence[str]]) -> list[NDArray[np.int64]]:
    """For each model the places (k,) of the classes that all know, in the order of the model with the fewest.

    Two labels are the same class where they share a synonym ("tabby" and "tabby, tabby cat"); a synonym that a model
    has twice (both kinds of "crane") is passed over. Empty where nothing is common.
    """
    if not known:
        return []
    tables = [_places(labels) for labels in known]
    fewest = min(known, key=len)
    rows = []
    for label in fewest:
        found = [next((table[each] for each in _synonyms(label) if each in table), None) for table in tables]
        if all(place is not None for place in found):
            rows.append(found)
    places = np.array(rows, dtype=np.int64).reshape(len(rows), len(known))
    return [places[:, column] for column in range(len(known))]


def restricted(found: Classification, places: NDArray[np.int64], names: Sequence[str]) -> Restricted:
    """The softmax over the classes at `places` (k,), called by `names`; the same as dividing by their sum. ValueError
    without a class."""
    if not len(places):
        raise ValueError("expected at least one common class, got none")
    logits = found.logits[places].astype(np.float64)
    shares = np.exp(logits - logits.max())
    others = np.setdiff1d(np.arange(len(found.labels)), places)
    outside = None
    if len(others):
        best = int(others[np.argmax(found.probabilities[others])])
        outside = found.labels[best], float(found.probabilities[best])
    return Restricted(tuple(names), shares / shares.sum(), float(found.probabilities[places].sum()), outside)


def _places(labels: Sequence[str]) -> dict[str, int]:
    """Synonym -> place; without those that name two classes."""
    places: dict[str, int] = {}
    twice: set[str] = set()
    for place, label in enumerate(labels):
        for each in _synonyms(label):
            if places.setdefault(each, place) != place:
                twice.add(each)
    return {name: place for name, place in places.items() if name not in twice}


def _synonyms(label: str) -> list[str]:
    return [" ".join(each.replace("_", " ").casefold().split()) for each in label.split(",")]
