"""Faults of the numbers: right pixels, wrong scale. Pure functions of values (H, W, 3) float32, right in [0, 1].

A model here normalises inside, x' = (x - mean) / deviation; a fault is written as the x that leads to the wrong x'.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from vizcore.preprocessing.fitting import Exact
from vizcore.preprocessing.recipes import HALF, IMAGENET_DEVIATION, IMAGENET_MEAN

Triple = tuple[float, float, float]


class Normalisation(Protocol):
    """What a recipe knows of its numbers."""

    @property
    def mean(self) -> Triple: ...

    @property
    def deviation(self) -> Triple: ...


def not_divided(values: Exact, recipe: Normalisation) -> Exact:
    """0..255 where 0..1 is expected: the division by 255 is missing."""
    return values * np.float32(255)


def other_normalisation(recipe: Normalisation) -> tuple[Triple, Triple]:
    """(mean, deviation) that is often taken by mistake: 0.5 for a model of ImageNet's, ImageNet's for the others."""
    of_imagenet = (recipe.mean, recipe.deviation) == (IMAGENET_MEAN, IMAGENET_DEVIATION)
    return (HALF, HALF) if of_imagenet else (IMAGENET_MEAN, IMAGENET_DEVIATION)


def wrong_mean_and_deviation(values: Exact, recipe: Normalisation) -> Exact:
    """The mean and deviation of `other_normalisation` in place of the recipe's own."""
    return _undone((values - _row(other_normalisation(recipe)[0])) / _row(other_normalisation(recipe)[1]), recipe)


def not_normalised(values: Exact, recipe: Normalisation) -> Exact:
    """0..1 handed over as it is to a model that expects mean and deviation."""
    return _undone(values, recipe)


def normalised_twice(values: Exact, recipe: Normalisation) -> Exact:
    """Normalised by the pipeline and once more by the model."""
    return (values - _row(recipe.mean)) / _row(recipe.deviation)


def normalised(values: Exact, recipe: Normalisation) -> Exact:
    """What the network's first layer is given for these values."""
    return (values - _row(recipe.mean)) / _row(recipe.deviation)


def _undone(network_values: Exact, recipe: Normalisation) -> Exact:
    return network_values * _row(recipe.deviation) + _row(recipe.mean)


def _row(triple: Triple) -> Exact:
    return np.array(triple, np.float32)
