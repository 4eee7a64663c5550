"""Noise of sensors and wires. x (H, W, 3) float in [0, 1] in; out may leave that range."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Random = np.random.Generator


def gaussian_noise(x: Floats, deviation: float, scale: float, random: Random) -> Floats:
    """Low light: every value moves by itself."""
    return x + random.normal(0, deviation, x.shape)


def shot_noise(x: Floats, photons: float, scale: float, random: Random) -> Floats:
    """White is this many photons; their number is Poisson."""
    return random.poisson(x * photons) / photons


def impulse_noise(x: Floats, share: float, scale: float, random: Random) -> Floats:
    """Salt and pepper: this share of the values becomes 0 or 1."""
    hit = random.random(x.shape) < share
    return np.where(hit, random.integers(0, 2, x.shape), x)
