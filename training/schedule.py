"""The learning rate over a run that ends by the clock."""

from __future__ import annotations

import math

WARM_UP = 0.04


def rate_at(progress: float) -> float:
    """Share of the peak learning rate: linear warm-up, then half a cosine down to 0."""
    if progress < WARM_UP:
        return progress / WARM_UP
    rest = (progress - WARM_UP) / (1 - WARM_UP)
    return 0.5 * (1 + math.cos(math.pi * min(rest, 1.0)))
