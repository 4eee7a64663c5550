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
    """By Student's t with n - 1 degrees (Student 1908), over at least one value; half is 0 for one, which has none.

    The normal approximation would be too narrow for few values: by a factor of 6.5 for two, and of 1.3 for six.
    """
    mean = sum(values) / len(values)
    if len(values) < 2:
        return MeanInterval(mean, 0.0)
    from scipy.special import stdtrit  # the quantile behind scipy.stats.t, without the second that its import takes

    t = float(stdtrit(len(values) - 1, 0.5 + confidence / 2))
    spread = sum((each - mean) ** 2 for each in values) / (len(values) - 1)
    return MeanInterval(mean, t * math.sqrt(spread / len(values)))
