"""How sure is a share, or a mean, that was taken over few pictures?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist


def wilson_interval(successes: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """(low, high) of a share, in [0, 1]; (0, 1) for n = 0. Wilson 1927, without continuity correction."""
    if not 0 <= successes <= n or not 0 < confidence < 1:
        raise ValueError(f"expected 0 <= successes <= n and 0 < confidence < 1, got {successes}, {n}, {confidence}")
    if n == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share, spread = successes / n, z * z / n
    centre = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True)
class MeanInterval:
    """mean +- half."""

    mean: float
    half: float


def mean_interval(values: Sequence[float], confidence: float = 0.95) -> MeanInterval:
    """By the normal approximation, over at least one value; half is 0 for one, which has no interval."""
    mean = sum(values) / len(values)
    if len(values) < 2:
        return MeanInterval(mean, 0.0)
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    spread = sum((each - mean) ** 2 for each in values) / (len(values) - 1)
    return MeanInterval(mean, z * math.sqrt(spread / len(values)))
