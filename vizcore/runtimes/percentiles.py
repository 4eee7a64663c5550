"""Which percentile may be reported from so many runs, and how large is it?

The slowest of n runs lies above the true p-quantile with probability 1 - p^n. Only where that is at least 95 % does the
sample bound the quantile from above: n >= ln 0.05 / ln p, that is 5 runs for p50, 29 for p90, 59 for p95, 299 for p99.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vizcore.results import FloatArray

CONFIDENCE = 0.95


def runs_needed(percent: float) -> int:
    """The fewest runs whose slowest one bounds this percentile from above with 95 % confidence."""
    if not 0 < percent < 100:
        raise ValueError(f"expected a percentile between 0 and 100, got {percent}")
    return math.ceil(math.log(1 - CONFIDENCE) / math.log(percent / 100))


def percentile(values: FloatArray | Sequence[float], percent: float) -> float | None:
    """Linear between the two nearest runs; None where there are too few runs to say it."""
    if len(values) < runs_needed(percent):
        return None
    return float(np.percentile(np.asarray(values, np.float64), percent))


def median(values: FloatArray | Sequence[float]) -> float:
    """Half of the values lie below; of an even count the mean of the two in the middle. At least one value."""
    return float(np.median(np.asarray(values, np.float64)))


def nine_tenths(values: FloatArray | Sequence[float]) -> float:
    """What one in ten values lies above, of however few: for a look at how they spread, not for a promise."""
    return float(np.percentile(np.asarray(values, np.float64), 90))


@dataclass(frozen=True)
class PercentileWorking:
    """value = low + part (high - low): place, counted from 0 in the sorted values, lies between these two of them."""

    place: float
    low: float
    high: float

    @property
    def part(self) -> float:
        return self.place - math.floor(self.place)

    @property
    def value(self) -> float:
        return self.low + self.part * (self.high - self.low)


def percentile_working(values: FloatArray | Sequence[float], percent: float) -> PercentileWorking:
    """How NumPy's linear percentile comes about, for at least one value."""
    ranked = np.sort(np.asarray(values, np.float64))
    place = percent / 100 * (len(ranked) - 1)
    below = math.floor(place)
    return PercentileWorking(place, float(ranked[below]), float(ranked[min(below + 1, len(ranked) - 1)]))
